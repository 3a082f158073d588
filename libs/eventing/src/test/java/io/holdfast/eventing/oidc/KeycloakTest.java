package io.holdfast.eventing.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.access.Principal;
import io.holdfast.config.AccessConfig.ClaimGrant;
import io.holdfast.config.AccessConfig.Role;
import io.holdfast.config.OidcConfig;
import io.holdfast.config.SecretRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -Pkeycloak}, on a real Keycloak. */
@EnabledIfSystemProperty(named = "holdfast.keycloak", matches = ".+")
class KeycloakTest {
    @SuppressWarnings("NullAway.Init")
    private static KeycloakServer keycloak;

    @TempDir
    private static Path secrets;

    @SuppressWarnings("NullAway.Init")
    private static Path secret;

    private Duration later = Duration.ZERO;

    @BeforeAll
    static void start() throws IOException {
        secret = Files.writeString(secrets.resolve("introspection"), "services-secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        keycloak = KeycloakServer.start(Path.of(System.getProperty("holdfast.keycloak", "")));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        keycloak.stop();
    }

    private final OidcConfig config = new OidcConfig(
            keycloak.realm("company"),
            "holdfast",
            "holdfast-cli",
            "realm_access/roles",
            "preferred_username",
            Map.of("email_verified", "true"),
            Duration.ofSeconds(10),
            Optional.of(new OidcConfig.Introspection(
                    URI.create(keycloak.realm("company") + "/protocol/openid-connect/token/introspect"),
                    "holdfast-services",
                    SecretRef.file(secret))));
    private final TokenVerifier verifier =
            new TokenVerifier(config, new IssuerKeys(config.issuer(), this::now), this::now);

    @Test
    void aPersonOfKeycloakIsKnownBeforeAndAfterItsKeysRotate() throws IOException {
        String before = keycloak.token("company", "holdfast-cli", "dana", "dana-password");
        Principal dana = person(before);
        assertThat(dana.name()).isEqualTo("dana");
        assertThat(dana.grants()).extracting(grant -> grant.roles().toString()).containsExactly("[RESTORER]");

        keycloak.rotateKeys();
        String after = keycloak.token("company", "holdfast-cli", "dana", "dana-password");
        assertThat(header(after)).isNotEqualTo(header(before));
        later = IssuerKeys.REFRESH_EVERY;
        assertThat(person(after)).isEqualTo(dana);
        assertThat(person(before)).isEqualTo(dana);
    }

    @Test
    void tokensOfAnotherClientOrAnotherRealmAreRefused() throws IOException {
        String other = keycloak.token("company", "other", "dana", "dana-password");
        String master = keycloak.token("master", "admin-cli", "admin", "admin-password");

        assertThatThrownBy(() -> person(other)).hasMessageContaining("another audience");
        assertThatThrownBy(() -> person(master)).hasMessageContaining("not one of the issuer's keys");
    }

    @Test
    void aPersonWhoConfirmsTheCodeInABrowserIsLoggedIn() throws IOException {
        KeycloakServer.DeviceCode code = keycloak.deviceCode("company", "holdfast-cli");
        assertThat(keycloak.redeem("company", "holdfast-cli", code)
                        .path("error")
                        .asText())
                .isEqualTo("authorization_pending");

        TestBrowser browser = new TestBrowser();
        browser.open(URI.create(code.verificationUriComplete()));
        browser.submit(Map.of("username", "dana", "password", "dana-password"));
        browser.submit(Map.of("accept", "Yes"));

        String[] token = {""};
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofSeconds(6))
                .until(() -> {
                    token[0] = keycloak.redeem("company", "holdfast-cli", code)
                            .path("access_token")
                            .asText();
                    return !token[0].isEmpty();
                });
        assertThat(person(token[0]).name()).isEqualTo("dana");
    }

    @Test
    void keycloakKnowsItsTokensByIntrospectionAsWell() throws IOException {
        TokenIntrospection introspection =
                new TokenIntrospection(config, config.introspection().orElseThrow(), this::now);
        String token = keycloak.token("company", "holdfast-cli", "dana", "dana-password");
        String other = keycloak.token("company", "other", "dana", "dana-password");

        Claims claims = introspection.verify(token).join();
        assertThat(claims.at("preferred_username")).isEqualTo("dana");
        assertThat(claims.values("realm_access/roles")).contains("dba");
        assertThatThrownBy(() -> introspection.verify(other).join()).hasMessageContaining("another audience");
        assertThatThrownBy(() -> introspection.verify("opaque").join()).hasMessageContaining("unknown");
    }

    private Principal person(String token) {
        Persons persons =
                new Persons(config, Map.of("dba", new ClaimGrant(List.of(Role.RESTORER), List.of(), List.of())));
        return persons.of(verifier.verify(token).join());
    }

    private Instant now() {
        return Instant.now().plus(later);
    }

    private static String header(String token) {
        return token.substring(0, token.indexOf('.'));
    }
}
