package io.holdfast.eventing.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.access.Principal;
import io.holdfast.config.AccessConfig.ClaimGrant;
import io.holdfast.config.AccessConfig.Role;
import io.holdfast.config.OidcConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** With {@code -Pkeycloak}, on a real Keycloak. */
@EnabledIfSystemProperty(named = "holdfast.keycloak", matches = ".+")
class KeycloakTest {
    @SuppressWarnings("NullAway.Init")
    private static KeycloakServer keycloak;

    private Duration later = Duration.ZERO;

    @BeforeAll
    static void start() throws IOException {
        keycloak = KeycloakServer.start(Path.of(System.getProperty("holdfast.keycloak", "")));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        keycloak.stop();
    }

    @Test
    void aPersonOfKeycloakIsKnownBeforeAndAfterItsKeysRotate() throws IOException {
        OidcConfig config = new OidcConfig(
                keycloak.realm("company"),
                "holdfast",
                "holdfast-cli",
                "realm_access/roles",
                "preferred_username",
                Map.of("email_verified", "true"),
                Duration.ofSeconds(10));
        IssuerKeys keys = new IssuerKeys(config.issuer(), this::now);
        TokenVerifier verifier = new TokenVerifier(config, keys, this::now);
        Persons persons =
                new Persons(config, Map.of("dba", new ClaimGrant(List.of(Role.RESTORER), List.of(), List.of())));

        String before = keycloak.token("company", "holdfast-cli", "dana", "dana-password");
        Principal dana = persons.of(verifier.verify(before).join());
        assertThat(dana.name()).isEqualTo("dana");
        assertThat(dana.grants()).extracting(grant -> grant.roles().toString()).containsExactly("[RESTORER]");
        String other = keycloak.token("company", "other", "dana", "dana-password");
        assertThatThrownBy(() -> verifier.verify(other).join()).hasMessageContaining("another audience");

        keycloak.rotateKeys();
        String after = keycloak.token("company", "holdfast-cli", "dana", "dana-password");
        assertThat(header(after)).isNotEqualTo(header(before));
        later = IssuerKeys.REFRESH_EVERY;
        assertThat(persons.of(verifier.verify(after).join())).isEqualTo(dana);
        assertThat(persons.of(verifier.verify(before).join())).isEqualTo(dana);
    }

    private Instant now() {
        return Instant.now().plus(later);
    }

    private static String header(String token) {
        return token.substring(0, token.indexOf('.'));
    }
}
