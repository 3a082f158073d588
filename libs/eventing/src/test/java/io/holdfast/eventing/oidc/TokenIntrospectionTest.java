package io.holdfast.eventing.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.config.OidcConfig;
import io.holdfast.config.SecretRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenIntrospectionTest {
    private static final long NOW = 1_800_000_000;
    private static final String VALID = """
            {"active":true,"aud":["holdfast"],"preferred_username":"dana","exp":%d}""".formatted(NOW + 20);

    @TempDir
    private Path folder;

    private TestIssuer issuer;
    private TokenIntrospection introspection;
    private Instant now = Instant.ofEpochSecond(NOW);

    @SuppressWarnings("NullAway.Init")
    TokenIntrospectionTest() {}

    @BeforeEach
    void start() throws IOException {
        issuer = new TestIssuer();
        introspection = of(secret("a:b c"));
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void aValidTokenIsAskedAboutOnceInThirtySecondsAndRefusedThenIfItWasRevoked() {
        issuer.knows("opaque", VALID.replace(Long.toString(NOW + 20), Long.toString(NOW + 900)));

        for (int i = 0; i < 50; i++) {
            assertThat(introspection.verify("opaque").join().at("preferred_username"))
                    .isEqualTo("dana");
        }
        assertThat(issuer.requests()).isEqualTo(1);

        issuer.revoke("opaque");
        now = now.plus(TokenIntrospection.CACHED).plusSeconds(1);
        assertThat(refused("opaque")).contains("revoked");
    }

    @Test
    void aTokenThatExpiresWhileItsAnswerIsCachedIsRefused() {
        issuer.knows("opaque", VALID);
        introspection.verify("opaque").join();

        now = now.plusSeconds(29);
        introspection.verify("opaque").join(); // within the accepted difference of clocks
        now = Instant.ofEpochSecond(NOW).plusSeconds(30).minusMillis(1);
        introspection.verify("opaque").join();
        issuer.knows("short", VALID.replace(Long.toString(NOW + 20), Long.toString(NOW - 5)));
        now = Instant.ofEpochSecond(NOW);
        introspection.verify("short").join();
        now = now.plusSeconds(6);
        assertThat(refused("short")).isEqualTo("the token has expired");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"active\":false} | unknown, expired or revoked",
                "{} | unknown, expired or revoked",
                "{\"active\":\"true\",\"aud\":\"holdfast\"} | unknown, expired or revoked",
                "{\"active\":true} | another audience",
                "{\"active\":true,\"aud\":\"holdfast-staging\"} | another audience",
                "{\"active\":true,\"aud\":\"holdfast\",\"iss\":\"https://evil.example\"} | another issuer",
                "{\"active\":true,\"aud\":\"holdfast\",\"exp\":1700000000} | expired",
                "{\"active\":true,\"aud\":\"holdfast\",\"nbf\":1900000000} | not valid yet",
            })
    void anAnswerThatDoesNotFitIsARefusal(String answer, String reason) {
        issuer.knows("opaque", answer);

        assertThat(refused("opaque")).contains(reason);
    }

    @Test
    void anEndpointThatFailsIsAnOutageAndIsNotAskedAgainAtOnce() throws IOException {
        issuer.knows("opaque", VALID);
        issuer.away(true);
        for (int i = 0; i < 20; i++) {
            assertThat(failure("opaque")).isInstanceOf(IssuerUnavailableException.class);
        }
        assertThat(issuer.requests()).isEqualTo(1);

        issuer.away(false);
        now = now.plus(IssuerKeys.RETRY_AFTER);
        assertThat(introspection.verify("opaque").join().at("active")).isEqualTo(true);

        introspection = of(secret("wrong"));
        assertThat(failure("opaque"))
                .isInstanceOf(IssuerUnavailableException.class)
                .hasMessageContaining("unreadable")
                .hasMessageNotContaining("wrong");
    }

    private SecretRef secret(String value) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return SecretRef.file(file);
    }

    private TokenIntrospection of(SecretRef secret) {
        var endpoint = new OidcConfig.Introspection(URI.create(issuer.url() + "/introspect"), "services", secret);
        var oidc = new OidcConfig(
                issuer.url(),
                "holdfast",
                "holdfast",
                "groups",
                "preferred_username",
                Map.of(),
                Duration.ofSeconds(10),
                Optional.of(endpoint));
        return new TokenIntrospection(oidc, endpoint, () -> now);
    }

    private Throwable failure(String token) {
        return Objects.requireNonNull(Assertions.catchThrowableOfType(
                        CompletionException.class,
                        () -> introspection.verify(token).join())
                .getCause());
    }

    private String refused(String token) {
        assertThat(failure(token)).isInstanceOf(InvalidTokenException.class);
        return String.valueOf(failure(token).getMessage());
    }
}
