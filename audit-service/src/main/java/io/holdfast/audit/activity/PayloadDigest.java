package io.holdfast.audit.activity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What is kept of a message whose content is not: enough to recognise it. */
record PayloadDigest(int size, String sha256) {

    static PayloadDigest of(byte @Nullable [] value) {
        byte[] bytes = value == null ? new byte[0] : value;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new PayloadDigest(bytes.length, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    ObjectNode into(ObjectNode details) {
        return details.put("size", size).put("sha256", sha256);
    }
}
