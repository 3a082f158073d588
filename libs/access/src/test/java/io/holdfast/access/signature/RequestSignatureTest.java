package io.holdfast.access.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.access.signature.InvalidSignatureException.Check;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestSignatureTest {
    private static final String KEY_ID = "billing/2026-01";
    private static final Instant SIGNED = Instant.parse("2026-01-15T14:30:00Z");
    private static final SignedContent CONTENT = SignedContent.of(
            "order-4711", "/billing", "io.holdfast.RestoreRequested.v1", SIGNED.toString(), "{}".getBytes(UTF_8));

    private static final KeyPair ED25519 = pair("Ed25519");
    private static final KeyPair P256 = pair("EC");
    private static final KeyPair RSA = pair("RSA");

    @Test
    void eachTypeOfKeySignsWithItsAlgorithm() throws Exception {
        assertThat(header(sign(ED25519))).isEqualTo("{\"alg\":\"EdDSA\",\"kid\":\"billing/2026-01\"}");
        assertThat(header(sign(P256))).contains("\"ES256\"");
        assertThat(header(sign(RSA))).contains("\"RS256\"");
        for (KeyPair pair : List.of(ED25519, P256, RSA)) {
            assertThat(verify(sign(pair), CONTENT, pair.getPublic())).isEqualTo(KEY_ID);
        }
    }

    /** As documented, so that a producer needs no library of ours. */
    @Test
    void aSignatureMadeWithoutThisLibraryIsAccepted() throws Exception {
        String payload = """
                order-4711
                /billing
                io.holdfast.RestoreRequested.v1
                2026-01-15T14:30:00Z
                44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
                """;
        String protectedHeader = base64("{\"kid\":\"billing/2026-01\",\"typ\":\"JWS\",\"alg\":\"RS256\"}");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(RSA.getPrivate());
        signature.update((protectedHeader + "." + base64(payload)).getBytes(UTF_8));

        String header = protectedHeader + ".." + base64(signature.sign());

        assertThat(verify(header, CONTENT, RSA.getPublic())).isEqualTo(KEY_ID);
    }

    @Test
    void rsaMayUsePss() throws Exception {
        JsonWebSignature pss = jws("PS256");
        pss.setKey(RSA.getPrivate());

        assertThat(verify(pss.getDetachedContentCompactSerialization(), CONTENT, RSA.getPublic()))
                .isEqualTo(KEY_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "HS512", "RS1", "RS384", "RS512", "ES384", "ES256K", "", "EdDSA "})
    void otherAlgorithmsAreRefused(String algorithm) {
        String header = base64("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + KEY_ID + "\"}") + ".." + base64("x");

        refused(Check.ALGORITHM, header, CONTENT, RSA.getPublic());
    }

    @Test
    void anUnsignedJwsIsRefused() {
        refused(Check.FORM, base64("{\"alg\":\"none\",\"kid\":\"" + KEY_ID + "\"}") + "..", CONTENT, RSA.getPublic());
    }

    @Test
    void thePublicKeyIsNoSecretOfAnHmac() throws Exception {
        JsonWebSignature forged = jws("HS256");
        forged.setKey(new HmacKey(RSA.getPublic().getEncoded()));
        refused(Check.ALGORITHM, forged.getDetachedContentCompactSerialization(), CONTENT, RSA.getPublic());

        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(RSA.getPublic().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(pem.getBytes(UTF_8), "HmacSHA256"));
        String header = base64("{\"alg\":\"RS256\",\"kid\":\"" + KEY_ID + "\"}");
        byte[] tag = mac.doFinal((header + "." + base64(CONTENT.payload())).getBytes(UTF_8));
        refused(Check.SIGNATURE, header + ".." + base64(tag), CONTENT, RSA.getPublic());
    }

    @Test
    void theAlgorithmHasToFitTheTypeOfTheKey() {
        refused(Check.KEY_TYPE, sign(RSA), CONTENT, P256.getPublic());
        refused(Check.KEY_TYPE, sign(P256), CONTENT, ED25519.getPublic());
        refused(Check.KEY_TYPE, sign(ED25519), CONTENT, RSA.getPublic());
    }

    @Test
    void theKeyOfAnotherProducerSignsNothing() {
        refused(Check.SIGNATURE, sign(pair("Ed25519")), CONTENT, ED25519.getPublic());
        for (String id : List.of("billing/2025-12", "portal/2026-01", "2026-01", "")) {
            String header = RequestSignature.sign(CONTENT, ED25519.getPrivate(), id);
            refused(Check.KEY_ID, header, CONTENT, ED25519.getPublic());
        }
    }

    @Test
    void everyPartOfTheContentIsSigned() {
        String header = sign(ED25519);
        byte[] body = "{}".getBytes(UTF_8);
        for (SignedContent other : List.of(
                SignedContent.of("order-4712", "/billing", CONTENT.type(), CONTENT.time(), body),
                SignedContent.of("order-4711", "/portal", CONTENT.type(), CONTENT.time(), body),
                SignedContent.of("order-4711", "/billing", "io.holdfast.RollbackRequested.v1", CONTENT.time(), body),
                SignedContent.of("order-4711", "/billing", CONTENT.type(), "2026-01-15T14:30:01Z", body),
                SignedContent.of("order-4711", "/billing", CONTENT.type(), "2026-01-15T14:30:00.0Z", body),
                SignedContent.of("order-4711", "/billing", CONTENT.type(), CONTENT.time(), "{} ".getBytes(UTF_8)))) {
            refused(Check.SIGNATURE, header, other, ED25519.getPublic());
        }
    }

    @Test
    void noLineFeedMovesTextFromOnePartToAnother() {
        SignedContent moved =
                new SignedContent("order-4711\n/billing", "x", CONTENT.type(), CONTENT.time(), CONTENT.bodySha256());

        assertThatThrownBy(() -> RequestSignature.sign(moved, ED25519.getPrivate(), KEY_ID))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itIsAcceptedUpToItsAgeAndNotASecondLonger() throws Exception {
        SignatureVerifier verifier = new SignatureVerifier(Map.of(KEY_ID, ED25519.getPublic()), Duration.ofMinutes(10));
        List<byte[]> header = List.of(sign(ED25519).getBytes(UTF_8));

        assertThat(verifier.verify(header, CONTENT, at(Duration.ofMinutes(10)))).isEqualTo(KEY_ID);
        assertThat(verifier.verify(header, CONTENT, at(Duration.ofMinutes(-1)))).isEqualTo(KEY_ID);
        assertThatThrownBy(() -> verifier.verify(header, CONTENT, at(Duration.ofSeconds(601))))
                .satisfies(failed -> assertThat(check(failed)).isEqualTo(Check.AGE));
        assertThatThrownBy(() -> verifier.verify(header, CONTENT, at(Duration.ofSeconds(-61))))
                .satisfies(failed -> assertThat(check(failed)).isEqualTo(Check.FUTURE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-01-15", "2026-01-15T14:30:00", "+999999999-12-31T23:59:59Z"})
    void aTimeThatIsNoInstantOfOurTimeIsRefused(String time) {
        SignedContent content = SignedContent.of("a", "b", "c", time, new byte[0]);
        SignatureVerifier verifier = new SignatureVerifier(Map.of(KEY_ID, ED25519.getPublic()), Duration.ofMinutes(10));
        byte[] header =
                RequestSignature.sign(content, ED25519.getPrivate(), KEY_ID).getBytes(UTF_8);

        assertThatThrownBy(() -> verifier.verify(List.of(header), content, at(Duration.ZERO)))
                .satisfies(failed -> assertThat(check(failed)).isIn(Check.TIME, Check.FUTURE));
    }

    @Test
    void aHeaderOfOneMegabyteIsRefusedUnread() {
        byte[] large = new byte[1 << 20];
        Arrays.fill(large, (byte) 'A');

        assertThatThrownBy(() -> RequestSignature.verify(large, CONTENT, id -> {
                    throw new AssertionError("the key was looked up");
                }))
                .satisfies(failed -> assertThat(check(failed)).isEqualTo(Check.SIZE));
    }

    @Test
    void twoSignaturesAreNone() {
        byte[] header = sign(ED25519).getBytes(UTF_8);
        SignatureVerifier verifier = new SignatureVerifier(Map.of(KEY_ID, ED25519.getPublic()), Duration.ofDays(1));

        assertThatThrownBy(() -> verifier.verify(List.of(header, header), CONTENT, at(Duration.ZERO)))
                .satisfies(failed -> assertThat(check(failed)).isEqualTo(Check.NUMBER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "a.b.c",
                "e30..e30",
                "bm8..bm8",
                "not base64!..e30",
                "W10..e30",
                "e30.e30.e30",
                "eyJhbGciOiJub25lIn0..",
                "\u0000..\u0000"
            })
    void whatIsNoDetachedJwsIsRefused(String header) {
        assertThatThrownBy(() -> verify(header, CONTENT, ED25519.getPublic())).satisfies(failed -> {
            assertThat(check(failed)).isIn(Check.FORM, Check.HEADER);
            assertThat(failed).hasMessageNotContaining("e30");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"EdDSA\"}",
                "{\"kid\":\"billing/2026-01\"}",
                "{\"alg\":\"EdDSA\",\"kid\":7}",
                "{\"alg\":null,\"kid\":\"billing/2026-01\"}",
                "{\"alg\":[\"EdDSA\"],\"kid\":\"billing/2026-01\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"billing/2026-01\",\"b64\":false,\"crit\":[\"b64\"]}",
                "{\"alg\":\"EdDSA\",\"kid\":\"billing/2026-01\",\"jwk\":{\"kty\":\"OKP\"}}",
                "{\"alg\":\"EdDSA\",\"kid\":\"billing/2026-01\",\"jku\":\"http://169.254.169.254/\"}"
            })
    void aProtectedHeaderWithLessOrMoreIsRefused(String protectedHeader) {
        refused(Check.HEADER, base64(protectedHeader) + ".." + base64("x"), CONTENT, ED25519.getPublic());
    }

    @Test
    void aDeepOrAmbiguousProtectedHeaderIsRefused() {
        String deep = "{\"alg\":" + "[".repeat(5_000) + "]".repeat(500) + "}";
        String twice = "{\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"billing/2026-01\"}";

        for (String protectedHeader : List.of(deep, twice)) {
            refused(Check.FORM, base64(protectedHeader) + ".." + base64("x"), CONTENT, ED25519.getPublic());
        }
    }

    private static void refused(Check check, String header, SignedContent content, PublicKey key) {
        assertThatThrownBy(() -> verify(header, content, key)).satisfies(failed -> {
            assertThat(check(failed)).isEqualTo(check);
            assertThat(failed).hasMessage(check.message());
        });
    }

    private static @Nullable Check check(Throwable failed) {
        return failed instanceof InvalidSignatureException invalid ? invalid.check() : null;
    }

    private static String verify(String header, SignedContent content, PublicKey key) throws InvalidSignatureException {
        return new SignatureVerifier(Map.of(KEY_ID, key), Duration.ofMinutes(10))
                .verify(List.of(header.getBytes(UTF_8)), content, at(Duration.ZERO));
    }

    private static InstantSource at(Duration age) {
        return InstantSource.fixed(SIGNED.plus(age));
    }

    private static String sign(KeyPair pair) {
        return RequestSignature.sign(CONTENT, pair.getPrivate(), KEY_ID);
    }

    private static JsonWebSignature jws(String algorithm) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setKeyIdHeaderValue(KEY_ID);
        jws.setPayloadBytes(CONTENT.payload());
        return jws;
    }

    private static String header(String signature) {
        String encoded = signature.substring(0, signature.indexOf('.'));
        return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return base64(text.getBytes(UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static KeyPair pair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
