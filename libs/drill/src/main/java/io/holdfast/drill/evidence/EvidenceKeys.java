package io.holdfast.drill.evidence;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/** Public keys of evidence: Ed25519 as PEM (RFC 8410). */
public final class EvidenceKeys {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final int ID_BYTES = 16;

    private EvidenceKeys() {}

    /** Returns the key as PEM with a line end at its end. */
    public static String pem(PublicKey key) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return BEGIN + "\n" + base64 + "\n" + END + "\n";
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException if the text is not the PEM of an Ed25519 public key
     */
    public static PublicKey parse(String pem) {
        String text = pem.strip();
        if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
            throw new IllegalArgumentException(
                    "expected a public key as PEM, from \"" + BEGIN + "\" to \"" + END + "\"");
        }
        String base64 =
                text.substring(BEGIN.length(), text.length() - END.length()).replaceAll("\\s", "");
        try {
            byte[] encoded = Base64.getDecoder().decode(base64.getBytes(StandardCharsets.ISO_8859_1));
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("the PEM is not an Ed25519 public key", e);
        }
    }

    /** Returns 32 digits of the SHA-256 of the encoded key: people compare them to tell keys apart. */
    public static String id(PublicKey key) {
        return HexFormat.of().formatHex(sha256().digest(key.getEncoded()), 0, ID_BYTES);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM lacks SHA-256", e);
        }
    }
}
