package io.holdfast.eventing;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.testsupport.producer.TestProducer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.jspecify.annotations.Nullable;

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

    /** Of the program "ci"; it has as many dots as a JWT. */
    public static final String CI_TOKEN = "a.configured.token";

    private volatile @Nullable HoldfastConfig current;
    private String limits = "{}";
    private String issuerUrl = "";

    @Produces
    @Singleton
    LiveConfig live() throws IOException {
        issuer.start();
        useIssuer(issuer.issuerUrl("company").toString());
        return () -> Objects.requireNonNull(current);
    }

    @PreDestroy
    void stop() {
        issuer.shutdown();
    }

    /** As a reload of a changed file, with other {@code access.limits}. */
    public void useLimits(String section) throws IOException {
        limits = section;
        useIssuer(issuerUrl);
    }

    /** As a reload of a changed file. */
    public void useIssuer(String url) throws IOException {
        issuerUrl = url;
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
                    limits: %s
                    tokens: { ci: { token: { env: CI_TOKEN }, roles: [viewer] } }
                    oidc: { issuer: "%s", audience: holdfast, roles-claim: realm_access/roles,
                            required-claims: { tenant: production } }
                    roles: { dba: { roles: [restorer], sources: [portal] } }
                    producers:
                      %s
                      %s
                      %s
                      %s
                    service-key: { id: %s, key: { file: "%s" } }
                """.formatted(
                        limits,
                        url,
                        billing.configuration(folder, "roles: [backup]"),
                        limited.configuration(folder, "roles: [backup], sources: [portal]"),
                        reader.configuration(folder, "roles: [viewer]"),
                        holdfast.configuration(folder, "roles: [backup]"),
                        holdfast.keyId(),
                        holdfast.privateKey(folder));
        current = HoldfastConfig.parse(
                yaml, folder.resolve("holdfast.yaml"), Environment.of(Map.of("CI_TOKEN", CI_TOKEN)));
    }
}
