package io.holdfast.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A public key and the PEM file that it was read from when the configuration was read.
 *
 * @param key Ed25519, EC P-256, or RSA of 2048 bits or more
 */
public record PublicKeyFile(Path file, PublicKey key) {
    private static final int MAX_BYTES = 1 << 16;
    private static final int MIN_RSA_BITS = 2048;
    private static final List<String> TYPES = List.of("Ed25519", "EC", "RSA");
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
    private static final String EXPORT = "; write it with openssl pkey -in PRIVATE.pem -pubout";

    /** @throws IllegalArgumentException with a message for the user, after the file's name */
    static PublicKeyFile read(Path file) {
        return new PublicKeyFile(file, parse(text(file)));
    }

    private static String text(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no such file", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the file can't be read (" + e.getClass().getSimpleName() + "); is it readable for this service?",
                    e);
        }
    }

    private static PublicKey parse(String pem) {
        if (pem.contains("PRIVATE KEY-----")) {
            throw new IllegalArgumentException("the file has a private key; only the producer may have that" + EXPORT);
        }
        Matcher found = PEM.matcher(pem);
        if (!found.find()) {
            throw new IllegalArgumentException("the file has no public key in PEM" + EXPORT);
        }
        byte[] der = Base64.getMimeDecoder().decode(found.group(1));
        return TYPES.stream()
                .map(type -> decoded(type, der))
                .flatMap(Optional::stream)
                .findFirst()
                .filter(PublicKeyFile::isSuitable)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the public key is neither Ed25519, EC P-256 nor RSA of " + MIN_RSA_BITS + " bits or more"));
    }

    private static Optional<PublicKey> decoded(String type, byte[] der) {
        try {
            return Optional.of(KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            return Optional.empty(); // a key of another type
        }
    }

    private static boolean isSuitable(PublicKey key) {
        return switch (key) {
            case EdECPublicKey ed -> true;
            case ECPublicKey ec -> isP256(ec.getParams());
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= MIN_RSA_BITS;
            default -> false;
        };
    }

    private static boolean isP256(ECParameterSpec curve) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            ECParameterSpec p256 = parameters.getParameterSpec(ECParameterSpec.class);
            return curve.getCurve().equals(p256.getCurve())
                    && curve.getGenerator().equals(p256.getGenerator());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }
}
