package io.holdfast.access.signature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a producer's private key: PEM with one PKCS #8 key that is not encrypted. */
public final class SigningKey {
    private static final int MAX_BYTES = 64 * 1024;
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> TYPES = List.of("Ed25519", "EC", "RSA");

    private SigningKey() {}

    /**
     * Reads the key of a file.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it has no usable private key; the message says what to do and holds nothing of it
     */
    public static PrivateKey read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return parse(new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII));
        }
    }

    /** @throws IllegalArgumentException as {@link #read} */
    public static PrivateKey parse(String pem) {
        Matcher found = PEM.matcher(pem);
        if (!found.find()) {
            throw new IllegalArgumentException(
                    pem.contains("-----BEGIN ") && pem.contains("PRIVATE KEY-----")
                            ? "the private key is encrypted or not PKCS #8; convert it: openssl pkcs8 -topk8 -nocrypt"
                            : "there is no private key in PEM; make one: openssl genpkey -algorithm ed25519");
        }
        byte[] der = Base64.getMimeDecoder().decode(found.group(1));
        return TYPES.stream()
                .map(type -> decoded(type, der))
                .flatMap(Optional::stream)
                .filter(key -> !KeyAlgorithms.of(key).isEmpty())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the private key is neither Ed25519, EC P-256 nor RSA of 2048 bits or more"));
    }

    private static Optional<PrivateKey> decoded(String type, byte[] der) {
        try {
            return Optional.of(KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            return Optional.empty(); // a key of another type
        }
    }
}
