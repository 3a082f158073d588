package io.holdfast.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.devstack.Service;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceEndpointsTest {
    @ParameterizedTest
    @CsvSource({
        "http://ops, http://ops:8085",
        "http://ops/, http://ops:8085",
        "http://ops:8081, http://ops:8085",
        "https://ops, https://ops",
        "https://ops:8443, https://ops:8443",
        "http://ops/holdfast, http://ops/holdfast",
    })
    void aServerIsAHostWithFivePortsOrAGateway(String text, String audit) {
        assertThat(ServiceEndpoints.parse(text).of(Service.AUDIT)).hasToString(audit);
    }

    @Test
    void eachServiceCanBeNamedByItself() {
        ServiceEndpoints endpoints = ServiceEndpoints.parse("backup=http://a:1, audit-service=http://b:2");

        assertThat(endpoints.of(Service.BACKUP)).hasToString("http://a:1");
        assertThat(endpoints.of(Service.AUDIT)).hasToString("http://b:2");
        assertThat(endpoints.of(Service.RESTORE)).hasToString("http://127.0.0.1:8082");
        assertThat(ServiceEndpoints.parse(endpoints.toString())).isEqualTo(endpoints);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ops", "ftp://ops", "http://", "backup=", "=http://a", "bakup=http://a", "http://a b"})
    void anythingElseIsWrongUsage(String text) {
        assertThatThrownBy(() -> ServiceEndpoints.parse(text))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        failure -> assertThat(failure.exit()).isEqualTo(CommandException.Exit.USAGE));
    }

    @Test
    void aPasswordInTheUrlIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> ServiceEndpoints.parse("http://me:hunter2@ops"))
                .hasMessageContaining("HOLDFAST_TOKEN")
                .hasMessageNotContaining("hunter2");
    }
}
