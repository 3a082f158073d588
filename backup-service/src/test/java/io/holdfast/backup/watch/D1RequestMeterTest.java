package io.holdfast.backup.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.d1.Consistency;
import io.holdfast.engine.d1.D1Engine;
import io.holdfast.engine.d1.D1Settings;
import io.holdfast.engine.d1.RestoreTarget;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class D1RequestMeterTest {
    private static final int BURST = 250;

    @TempDir
    Path folder;

    @Test
    void requestsAreCountedAndABlockedTokenHasNoneLeft() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new D1RequestMeter().bindTo(registry);
        try (D1Server d1 = D1Server.start(folder)) {
            SourceDatabase source = source(d1);

            source.check(BackupScope.everything());
            assertThat(remaining(registry)).isPositive().isLessThan(BURST);

            d1.limitRequests(1, Duration.ofMinutes(5));
            assertThatThrownBy(() -> source.check(BackupScope.everything())).isInstanceOf(HoldfastException.class);
            assertThat(remaining(registry)).isZero();
        }
    }

    private static double remaining(SimpleMeterRegistry registry) {
        return registry.get("holdfast.d1.requests.remaining").gauge().value();
    }

    private static SourceDatabase source(D1Server d1) {
        String token = d1.token(D1Server.Right.READ);
        D1Settings settings = new D1Settings(
                d1.endpoint(),
                D1Server.ACCOUNT,
                d1.create("metered"),
                Consistency.STRICT,
                RestoreTarget.SQLITE,
                Optional.empty(),
                D1Settings.WINDOW);
        return new D1Engine().source(settings, PasswordSupplier.from(() -> token));
    }
}
