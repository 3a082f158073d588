package io.holdfast.eventing.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.access.Principal;
import io.holdfast.access.Scope;
import io.holdfast.config.AccessConfig.ClaimGrant;
import io.holdfast.config.AccessConfig.Role;
import io.holdfast.config.OidcConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
    private static final PublicJsonWebKey KEY = TestIssuer.rsa("2026-01");
    private static final long NOW = Instant.parse("2026-01-15T14:30:00Z").getEpochSecond();

    private Instant now = Instant.ofEpochSecond(NOW);

    @SuppressWarnings("NullAway.Init")
    private TestIssuer issuer;

    @SuppressWarnings("NullAway.Init")
    private IssuerKeys keys;

    @BeforeEach
    void start() throws IOException {
        issuer = new TestIssuer();
        issuer.publish(KEY);
        keys = new IssuerKeys(issuer.url(), () -> now);
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void aPersonHasTheGrantsOfTheirClaimValuesAndNoOthers() {
        Principal person = accepted(token("groups", List.of("dba", "viewers", "unmapped")));

        assertThat(person.name()).isEqualTo("dana");
        assertThat(person.kind()).isEqualTo(Principal.Kind.PERSON);
        assertThat(person.grants())
                .extracting(grant -> grant.roles() + " " + grant.scope().sources())
                .containsExactlyInAnyOrder("[RESTORER] [portal]", "[VIEWER] []");
        assertThat(accepted(token("groups", "viewers")).grants()).hasSize(1);
        assertThat(accepted(token("groups", null)).grants()).isEmpty();
        assertThat(accepted(token("groups", Map.of("dba", true))).grants()).isEmpty();
        assertThat(accepted(token("groups", "dba viewers")).grants()).isEmpty();
    }

    @Test
    void rolesAreFoundByPathAndByAWholeNameWithSlashes() {
        OidcConfig nested = config("realm_access/roles", Map.of());
        OidcConfig named = config("https://holdfast.example/roles", Map.of());

        assertThat(accepted(nested, token("realm_access", Map.of("roles", List.of("viewers"))))
                        .grants())
                .extracting(grant -> grant.scope())
                .containsExactly(Scope.ALL);
        assertThat(accepted(named, token("https://holdfast.example/roles", List.of("viewers")))
                        .grants())
                .hasSize(1);
        assertThat(accepted(nested, token("realm_access", "roles")).grants()).isEmpty();
    }

    @Test
    void requiredClaimsNeedTheirValue() {
        OidcConfig config = config("groups", Map.of("tenant", "production", "flags/verified", "true"));

        Map<String, @Nullable Object> claims = claims("tenant", List.of("staging", "production"));
        claims.put("flags", Map.of("verified", true));
        assertThat(accepted(config, signed(claims)).name()).isEqualTo("dana");
        claims.put("tenant", "staging");
        assertThat(refused(config, signed(claims))).contains("claim tenant");
        assertThat(refused(config, token("tenant", "production"))).contains("claim flags/verified");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\u202Eb", "a\u0000"})
    void aNameThatIsNoneIsRefused(String name) {
        assertThat(refused(token("preferred_username", name))).contains("is not a name");
    }

    @Test
    void aMissingOrOverlongNameIsRefused() {
        assertThat(refused(token("preferred_username", null))).contains("is not a name");
        assertThat(refused(token("preferred_username", "x".repeat(201)))).contains("is not a name");
        assertThat(refused(token("preferred_username", List.of("dana")))).contains("is not a name");
    }

    @Test
    void timesCountWithTheClockSkewAndNotASecondMore() {
        assertThat(accepted(token("exp", NOW - 9)).name()).isEqualTo("dana");
        assertThat(refused(token("exp", NOW - 11))).isEqualTo("the token has expired");
        assertThat(refused(token("exp", null))).isEqualTo("the token never expires");
        assertThat(accepted(token("nbf", NOW + 10)).name()).isEqualTo("dana");
        assertThat(refused(token("nbf", NOW + 11))).isEqualTo("the token is not valid yet");
    }

    @Test
    void issuerAndAudienceAreExact() {
        for (Object other : new @Nullable Object[] {"https://evil.example", issuer.url() + "/", "", null}) {
            assertThat(refused(token("iss", other))).isEqualTo("the token is of another issuer");
        }
        for (Object other : new @Nullable Object[] {"other", "holdfast-staging", List.of("a", "b"), null}) {
            assertThat(refused(token("aud", other))).isEqualTo("the token is for another audience");
        }
        assertThat(accepted(token("aud", List.of("other", "holdfast"))).name()).isEqualTo("dana");
    }

    @Test
    void unsignedTokensAreRefused() {
        for (String algorithm : List.of("none", "None", "NONE", "")) {
            String header = base64("{\"alg\":\"" + algorithm + "\",\"kid\":\"2026-01\"}");
            assertThat(refused(header + "." + payload() + ".")).contains("algorithm is not allowed");
        }
        String cut = signed(claims());
        assertThat(refused(cut.substring(0, cut.lastIndexOf('.') + 1))).contains("signature or form");
    }

    @Test
    void thePublicKeyIsNoSecretOfAnHmac() throws JoseException {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(KEY.getPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        for (byte[] secret : List.of(KEY.getPublicKey().getEncoded(), pem.getBytes(UTF_8))) {
            for (String algorithm : List.of("HS256", "HS384", "HS512")) {
                JsonWebSignature forged = jws(claims(), algorithm, "2026-01");
                forged.setKey(new HmacKey(secret));
                assertThat(refused(forged.getCompactSerialization())).contains("algorithm is not allowed");
            }
        }
    }

    @Test
    void onlyKeysOfTheIssuerSign() throws JoseException {
        PublicJsonWebKey other = TestIssuer.rsa("2026-01");
        assertThat(refused(sign(claims(), "RS256", other))).contains("signature or form");

        JsonWebSignature embedded = jws(claims(), "RS256", "own");
        embedded.setJwkHeader(other);
        embedded.setKey(other.getPrivateKey());
        assertThat(refused(embedded.getCompactSerialization())).contains("not one of the issuer's keys");

        JsonWebSignature nameless = new JsonWebSignature();
        nameless.setAlgorithmHeaderValue("RS256");
        nameless.setPayload(json(claims()));
        nameless.setKey(KEY.getPrivateKey());
        assertThat(refused(nameless.getCompactSerialization())).contains("names no key");
    }

    @Test
    void aTokenOfAnotherTypeIsNoAccessToken() throws JoseException {
        JsonWebSignature logout = jws(claims(), "RS256", "2026-01");
        logout.setHeader("typ", "logout+jwt");
        logout.setKey(KEY.getPrivateKey());

        assertThat(refused(logout.getCompactSerialization())).isEqualTo("the token is not an access token");
    }

    @Test
    void keysOfAllAllowedTypesCount() throws JoseException {
        PublicJsonWebKey ec = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        ec.setKeyId("ec");
        PublicJsonWebKey ed = OkpJwkGenerator.generateJwk("Ed25519");
        ed.setKeyId("ed");
        issuer.publish(ec);
        issuer.publish(ed);

        assertThat(accepted(sign(claims(), "ES256", ec)).name()).isEqualTo("dana");
        assertThat(accepted(sign(claims(), "EdDSA", ed)).name()).isEqualTo("dana");
        assertThat(accepted(sign(claims(), "PS512", KEY)).name()).isEqualTo("dana");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "a.b.c", "e30.e30.e30", "\u0000.\u0000.\u0000", "bm8.bm8.bm8"})
    void whatIsNoJwtIsRefusedWithoutARequest(String token) {
        assertThat(refused(token)).doesNotContain("e30");
        assertThat(issuer.requests()).isZero();
    }

    @Test
    void aTokenOfOneMegabyteIsRefusedUnread() {
        assertThat(refused("e30." + "A".repeat(1 << 20) + ".e30")).isEqualTo("the token is longer than 16 KiB");
        assertThat(issuer.requests()).isZero();
    }

    @Test
    void aFloodOfUnknownKeysCausesOneReadInThirtySeconds() {
        accepted(signed(claims()));
        now = now.plusSeconds(31);
        int before = issuer.requests();

        List<CompletableFuture<Principal>> flood = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            flood.add(verify(config("groups", Map.of()), forged("unknown-" + i)));
        }
        flood.forEach(each -> assertThat(failure(each)).isInstanceOf(InvalidTokenException.class));
        for (int i = 0; i < 50; i++) {
            assertThat(refused(forged("later-" + i))).contains("not one of the issuer's keys");
        }

        assertThat(issuer.requests() - before).isEqualTo(2); // the metadata and the keys
    }

    @Test
    void aNewKeyIsAcceptedAndARemovedOneEndsWithoutRestart() {
        accepted(signed(claims()));
        PublicJsonWebKey next = issuer.publish(TestIssuer.rsa("2026-02"));
        now = now.plus(IssuerKeys.REFRESH_EVERY);
        assertThat(accepted(sign(claims("exp", NOW + 9_000), "RS256", next)).name())
                .isEqualTo("dana");

        issuer.remove(KEY);
        now = now.plus(IssuerKeys.FRESH);
        assertThat(refused(token("exp", NOW + 9_000))).contains("not one of the issuer's keys");
    }

    @Test
    void anUnreachableIssuerIsNoReasonToRefuseForGood() {
        issuer.away(true);
        String token = token("exp", NOW + 9_000);

        for (int i = 0; i < 20; i++) {
            assertThat(failure(verify(config("groups", Map.of()), token)))
                    .isInstanceOf(IssuerUnavailableException.class);
        }
        assertThat(issuer.requests()).isEqualTo(1);

        issuer.away(false);
        now = now.plus(IssuerKeys.RETRY_AFTER);
        assertThat(accepted(token).name()).isEqualTo("dana");
    }

    @Test
    void knownKeysCountForAnHourWhileTheIssuerIsUnreachable() {
        String token = token("exp", NOW + 9_000);
        accepted(token);
        issuer.close();

        now = now.plus(Duration.ofMinutes(59));
        assertThat(accepted(token).name()).isEqualTo("dana");
        assertThat(failure(verify(config("groups", Map.of()), forged("unknown"))))
                .isInstanceOf(IssuerUnavailableException.class);
        now = now.plus(Duration.ofMinutes(2));
        assertThat(failure(verify(config("groups", Map.of()), token))).isInstanceOf(IssuerUnavailableException.class);
    }

    @Test
    void metadataOfAnotherIssuerAreNotTrusted() {
        issuer.claims("https://evil.example");

        assertThat(failure(verify(config("groups", Map.of()), signed(claims()))))
                .isInstanceOf(IssuerUnavailableException.class)
                .hasMessageContaining("another issuer");
    }

    private OidcConfig config(String rolesClaim, Map<String, String> required) {
        return new OidcConfig(
                issuer.url(),
                "holdfast",
                "holdfast",
                rolesClaim,
                "preferred_username",
                required,
                Duration.ofSeconds(10),
                Optional.empty());
    }

    private CompletableFuture<Principal> verify(OidcConfig config, String token) {
        Persons persons = new Persons(
                config,
                Map.of(
                        "dba", new ClaimGrant(List.of(Role.RESTORER), List.of("portal"), List.of()),
                        "viewers", new ClaimGrant(List.of(Role.VIEWER), List.of(), List.of())));
        return new TokenVerifier(config, keys, () -> now).verify(token).thenApply(persons::of);
    }

    private Principal accepted(String token) {
        return accepted(config("groups", Map.of()), token);
    }

    private Principal accepted(OidcConfig config, String token) {
        return verify(config, token).join();
    }

    private String refused(String token) {
        return refused(config("groups", Map.of()), token);
    }

    private String refused(OidcConfig config, String token) {
        Throwable failure = failure(verify(config, token));
        assertThat(failure).isInstanceOf(InvalidTokenException.class);
        return String.valueOf(failure.getMessage());
    }

    private static Throwable failure(CompletableFuture<Principal> result) {
        Throwable failure = result.<Throwable>handle(
                        (person, failed) -> failed == null ? new AssertionError(person) : failed)
                .join();
        return failure instanceof CompletionException ? Objects.requireNonNull(failure.getCause()) : failure;
    }

    private Map<String, @Nullable Object> claims() {
        Map<String, @Nullable Object> claims = new HashMap<>();
        claims.put("iss", issuer.url().toString());
        claims.put("aud", "holdfast");
        claims.put("exp", NOW + 300);
        claims.put("preferred_username", "dana");
        return claims;
    }

    private Map<String, @Nullable Object> claims(String name, @Nullable Object value) {
        Map<String, @Nullable Object> claims = claims();
        claims.put(name, value);
        return claims;
    }

    private String token(String name, @Nullable Object value) {
        return signed(claims(name, value));
    }

    private String signed(Map<String, @Nullable Object> claims) {
        return sign(claims, "RS256", KEY);
    }

    private String forged(String keyId) {
        JsonWebSignature forged = jws(claims(), "RS256", keyId);
        forged.setKey(KEY.getPrivateKey());
        return compact(forged);
    }

    private static String sign(Map<String, @Nullable Object> claims, String algorithm, PublicJsonWebKey key) {
        JsonWebSignature jws = jws(claims, algorithm, key.getKeyId());
        jws.setKey(key.getPrivateKey());
        return compact(jws);
    }

    private static String compact(JsonWebSignature jws) {
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonWebSignature jws(Map<String, @Nullable Object> claims, String algorithm, String keyId) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setKeyIdHeaderValue(keyId);
        jws.setPayload(json(claims));
        return jws;
    }

    private String payload() {
        return base64(json(claims()));
    }

    private static String json(Map<String, @Nullable Object> claims) {
        JwtClaims all = new JwtClaims();
        claims.forEach((name, value) -> {
            if (value != null) {
                all.setClaim(name, value);
            }
        });
        return all.toJson();
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
