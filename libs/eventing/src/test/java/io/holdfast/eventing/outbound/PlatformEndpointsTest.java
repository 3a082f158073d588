package io.holdfast.eventing.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlatformEndpointsTest {
    private static final String YAML = """
        holdfast:
          vault: { endpoint: "https://s3.example", bucket: backups, key-file: vault.key }
          sources: {}
          services: { backup: "http://backup-service:18081" }
        """;

    @Test
    void servicesBrokersVaultAndDatabaseAreThePlatformsPorts() {
        HoldfastConfig config = HoldfastConfig.parse(YAML, Path.of("holdfast.yaml"), Environment.of(Map.of()));

        assertThat(PlatformEndpoints.of(Optional.of(config), "kafka:9092, SSL://[fd00::9]:9093", 8099))
                .extracting(endpoint -> endpoint.host() + " " + endpoint.port())
                .contains(
                        "127.0.0.1 8099",
                        "kafka 9092",
                        "fd00::9 9093",
                        "s3.example 443",
                        "backup-service 18081",
                        "127.0.0.1 8082");
        assertThat(PlatformEndpoints.database(Optional.of("jdbc:postgresql://db/holdfast?sslmode=require")))
                .contains(new OutboundPolicy.PlatformDatabase(
                        new PlatformEndpoint("the platform's database", "db", 5432), "holdfast"));
    }
}
