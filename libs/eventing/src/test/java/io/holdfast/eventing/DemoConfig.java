package io.holdfast.eventing;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.testsupport.producer.TestProducer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;

/** The holdfast.yaml of the demo service: which sources need a signature, and who signs. */
@Singleton
public class DemoConfig {
    /** May back up every source. */
    public final TestProducer billing = TestProducer.named("billing");

    /** May back up one. */
    public final TestProducer limited = TestProducer.named("limited");

    /** The service itself. */
    private final TestProducer holdfast = TestProducer.named("holdfast");

    /** The issuer of persons. */
    public final MockOAuth2Server issuer = new MockOAuth2Server();

    public final TestProducer reader = TestProducer.named("reader");

    @Produces
    @Singleton
    LiveConfig live() throws IOException {
        issuer.start();
        Path folder = Files.createDirectories(Path.of("target", "demo-config").toAbsolutePath());
        String yaml = """
                holdfast:
                  vault: { bucket: backups, key-file: vault.key }
                  defaults: { production: { unsigned-requests: reject } }
                  sources:
                    portal: { engine: sqlite, url: "sqlite:/data/portal.db" }
                    strict: { engine: sqlite, url: "sqlite:/data/strict.db", environment: production }
                    replayed: { engine: sqlite, url: "sqlite:/data/replayed.db", environment: production }
                    lax: { engine: sqlite, url: "sqlite:/data/lax.db", environment: production,
                           unsigned-requests: allow-backup }
                  access:
                    anonymous: [admin]
                    oidc: { issuer: "%s", audience: holdfast, roles-claim: realm_access/roles, required-claims: { tenant: production } }
                    roles: { dba: { roles: [restorer], sources: [portal] } }
                    producers:
                      %s
                      %s
                      %s
                      %s
                    service-key: { id: %s, key: { file: "%s" } }
                """.formatted(
                        issuer.issuerUrl("company"),
                        billing.configuration(folder, "roles: [backup]"),
                        limited.configuration(folder, "roles: [backup], sources: [portal]"),
                        reader.configuration(folder, "roles: [viewer]"),
                        holdfast.configuration(folder, "roles: [backup]"),
                        holdfast.keyId(),
                        holdfast.privateKey(folder));
        HoldfastConfig config = HoldfastConfig.parse(yaml, folder.resolve("holdfast.yaml"), Environment.of(Map.of()));
        return () -> config;
    }
}
