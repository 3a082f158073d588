package io.holdfast.eventing.outbound;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.config.AllowedDestination;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutboundPolicyTest {
    private static final PlatformEndpoint DATABASE = new PlatformEndpoint("the platform's database", "127.0.0.1", 5432);

    private Collection<AllowedDestination> allowed = List.of();
    private final OutboundPolicy policy = new OutboundPolicy(
            OutboundPolicy::systemResolver,
            () -> allowed,
            () -> List.of(new PlatformEndpoint("the vault", "127.0.0.1", 9000)),
            new OutboundPolicy.PlatformDatabase(DATABASE, "holdfast"));

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 9000, shop", "169.254.169.254, 5432, shop", "localhost, 5432, holdfast"})
    void aRestoreIsRefusedAtThePlatformsPortsAndOverItsOwnDatabase(String host, int port, String live) {
        assertThatExceptionOfType(HoldfastException.class)
                .isThrownBy(() -> policy.checkDatabase(host, port, live))
                .withMessageContaining("outbound.allow")
                .matches(failure -> failure.code() == FailureCode.REQUEST_FORBIDDEN);
    }

    @Test
    void otherDatabasesOnTheServerOfThePlatformsAreRestored() {
        assertThatCode(() -> policy.checkDatabase("127.0.0.1", 5432, "shop")).doesNotThrowAnyException();
        assertThatCode(() -> policy.checkDatabase("127.0.0.1", 5432, null)).doesNotThrowAnyException();
    }

    @Test
    void aWebhookNeverReachesThePlatformsDatabase() {
        assertThatExceptionOfType(HoldfastException.class).isThrownBy(() -> policy.check("127.0.0.1", 5432));
    }

    @Test
    void aChangedListTakesEffectAtTheNextConnection() {
        allowed = List.of(AllowedDestination.parse("127.0.0.1:9000"));

        assertThatCode(() -> policy.check("127.0.0.1", 9000)).doesNotThrowAnyException();
    }
}
