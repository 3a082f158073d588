package io.holdfast.access.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The parts of a request that its signature covers.
 *
 * @param id CloudEvents id, as it is sent
 * @param source CloudEvents source
 * @param type CloudEvents type
 * @param time CloudEvents time, in the producer's own spelling
 * @param bodySha256 SHA-256 of the record's value, in lower-case hex
 */
public record SignedContent(String id, String source, String type, String time, String bodySha256) {

    /** @param body the record's value, byte for byte: in structured mode the whole event, in binary mode its data */
    public static SignedContent of(String id, String source, String type, String time, byte[] body) {
        return new SignedContent(id, source, type, time, sha256(body));
    }

    /**
     * The payload of the JWS: the five components in their order, each in UTF-8 and ended by a line feed.
     *
     * @throws IllegalArgumentException if a component has a control character, so that two contents never have one payload
     */
    byte[] payload() {
        StringBuilder lines = new StringBuilder();
        for (String line : new String[] {id, source, type, time, bodySha256}) {
            if (line.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("an attribute of the request has a control character");
            }
            lines.append(line).append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** SHA-256 in lower-case hex. */
    public static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
