package io.holdfast.engine.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

    @Test
    void aUriIsReadAndWrittenBack() {
        DatabaseAddress address = DatabaseAddress.parse("postgresql://us%40er@[::1]:6000/my%20db?sslmode=verify-full");

        assertThat(address.user()).isEqualTo("us@er");
        assertThat(address.host()).isEqualTo("::1");
        assertThat(address.port()).isEqualTo(6000);
        assertThat(address.database()).isEqualTo("my db");
        assertThat(DatabaseAddress.parse(address.toString())).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://a@db/x, require",
        "postgresql://a@10.0.0.1/x, require",
        "postgresql://a@localhost/x, prefer",
        "postgresql://a@127.0.0.1/x, prefer",
        "postgresql://a@127.example.com/x, require",
        "postgresql://a@%2Ftmp%2Fs/x, disable",
        "postgres://a@/x?host=/tmp/s, disable"
    })
    void offLoopbackTheConnectionIsEncrypted(String uri, String mode) {
        assertThat(DatabaseAddress.parse(uri).sslMode()).isEqualTo(mode);
    }

    @Test
    void anIpv6AddressIsShownInBrackets() {
        assertThat(DatabaseAddress.parse("postgresql://a@[fe80::1%25eth0]/x"))
                .satisfies(address -> assertThat(address.host()).isEqualTo("fe80::1%eth0"))
                .satisfies(address -> assertThat(address.shown()).isEqualTo("[fe80::1%eth0]:5432/x"))
                .satisfies(address ->
                        assertThat(DatabaseAddress.parse(address.toString())).isEqualTo(address));
    }

    @Test
    void anUnknownParameterIsNamedWithTheNearestOne() {
        assertThatThrownBy(() -> DatabaseAddress.parse("postgresql://a@db/x?ssl_mode=require"))
                .hasMessageContaining("\"ssl_mode\"")
                .hasMessageContaining("did you mean \"sslmode\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://a:geheim@db/x", "postgresql://a@db/x?password=geheim"})
    void aPasswordInTheUriIsRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> DatabaseAddress.parse(uri))
                .hasMessageContaining("secret")
                .message()
                .doesNotContain("geheim");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://a@db/x",
                "postgresql://db/x",
                "postgresql://a@db:0/x",
                "postgresql://a@db:x/x",
                "postgresql://a@h1,h2/x",
                "postgresql://a@::1/x",
                "postgresql://a@[::1/x",
                "postgresql://a@[::1]5432/x",
                "postgresql://a@[db]/x",
                "postgresql://a@db/x?sslmode=maybe",
                "postgresql://a@db/%zz"
            })
    void whatIsNotUnderstoodIsRefused(String uri) {
        assertThatThrownBy(() -> DatabaseAddress.parse(uri))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.CONFIG_INVALID));
    }

    @Test
    void aPasswordIsNeverPrinted() {
        assertThat(PasswordSupplier.from(() -> "geheim")).hasToString("***");
    }
}
