package io.holdfast.testsupport.producer;

import io.holdfast.access.signature.RequestSignature;
import io.holdfast.access.signature.SignedContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** A producer with an Ed25519 key of its own; its name is the one under {@code access.producers}. */
public final class TestProducer {
    private static final String KEY = "test";

    private final String name;
    private final KeyPair pair;

    private TestProducer(String name, KeyPair pair) {
        this.name = name;
        this.pair = pair;
    }

    public static TestProducer named(String name) {
        try {
            return new TestProducer(
                    name, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The id of its key in signatures. */
    public String keyId() {
        return name + "/" + KEY;
    }

    /**
     * Its entry under {@code access.producers}. Writes its public key into the folder.
     *
     * @param rights further keys in flow style, such as {@code roles: [restorer], sources: [shop]}
     */
    public String configuration(Path folder, String rights) {
        return "%s: { keys: { %s: \"%s\" }, %s }".formatted(name, KEY, publicKey(folder), rights);
    }

    private Path publicKey(Path folder) {
        return write(folder.resolve(name + ".pub.pem"), "PUBLIC", pair.getPublic());
    }

    /** Writes its private key into the folder. */
    public Path privateKey(Path folder) {
        return write(folder.resolve(name + ".pem"), "PRIVATE", pair.getPrivate());
    }

    private static Path write(Path file, String kind, Key key) {
        String pem = "-----BEGIN " + kind + " KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + kind + " KEY-----\n";
        try {
            return Files.writeString(file, pem);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The signature of a request. */
    public String sign(String id, String source, String type, String time, byte[] body) {
        return RequestSignature.sign(SignedContent.of(id, source, type, time, body), pair.getPrivate(), keyId());
    }

    /** The headers of a request in binary mode, with a time of now unless they have one, and their signature. */
    public Map<String, String> signed(Map<String, String> headers, byte[] body) {
        Map<String, String> all = new HashMap<>(headers);
        String time = all.computeIfAbsent(
                "ce_time", name -> Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        all.put(
                RequestSignature.HEADER,
                sign(
                        headers.getOrDefault("ce_id", ""),
                        headers.getOrDefault("ce_source", ""),
                        headers.getOrDefault("ce_type", ""),
                        time,
                        body));
        return all;
    }
}
