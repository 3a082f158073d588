package io.holdfast.eventing.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
    private final AllowedHosts allowed = new AllowedHosts();

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST.", "127.0.0.1", "10.1.2.3", "[::1]", "::1", "[fd00::1:2]"})
    void addressesAreAllowedBecauseTheyCannotBeRebound(String host) {
        assertThat(allowed.allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "face", ""})
    void otherNamesAreRefused(String host) {
        assertThat(allowed.allows(host)).isFalse();
    }
}
