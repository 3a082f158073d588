package io.holdfast.eventing.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsConfigSourceFactoryTest {
    @TempDir
    Path folder;

    @Test
    void theCertificateIsServedOnThePortOfTheService() throws IOException {
        SmallRyeConfig config = config("tls: { cert: \"a,b.pem\", key: key.pem }");

        assertThat(config.getValues("quarkus.http.ssl.certificate.files", String.class))
                .containsExactly(folder.resolve("a,b.pem").toString());
        assertThat(config.getValues("quarkus.http.ssl.certificate.key-files", String.class))
                .containsExactly(folder.resolve("key.pem").toString());
        assertThat(config.getValue("quarkus.http.ssl-port", Integer.class)).isEqualTo(8083);
        assertThat(config.getValue("quarkus.http.insecure-requests", String.class))
                .isEqualTo("disabled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls: { ca: ca.pem }", "sources: {}", "tls: { cert: cert.pem }", "unknown: 1"})
    void withoutACertificateOrWithErrorsNothingIsSet(String section) throws IOException {
        assertThat(config(section).getOptionalValue("quarkus.http.insecure-requests", String.class))
                .isEmpty();
    }

    private SmallRyeConfig config(String section) throws IOException {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), """
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  %s
                """.formatted(section));
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(
                        Map.of("holdfast.config", file.toString(), "quarkus.http.port", "8083"), "test", 100))
                .withSources(new TlsConfigSourceFactory())
                .build();
    }
}
