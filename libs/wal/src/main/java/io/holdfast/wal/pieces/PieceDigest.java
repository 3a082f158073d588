package io.holdfast.wal.pieces;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of a piece's plain content. It is stored inside encrypted lists only, so that a store cannot test for contents. */
public record PieceDigest(long first, long second, long third, long fourth) {
    static PieceDigest of(byte[] content) {
        try {
            return read(ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(content)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    static PieceDigest read(ByteBuffer from) {
        return new PieceDigest(from.getLong(), from.getLong(), from.getLong(), from.getLong());
    }

    void write(ByteBuffer to) {
        to.putLong(first).putLong(second).putLong(third).putLong(fourth);
    }
}
