package io.holdfast.vault.format;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** 256 bits that name a chunk's content within its source; four longs, because there are many of them in memory. */
public record ChunkId(long a, long b, long c, long d) {
    public static final int BYTES = 32;

    public static ChunkId of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a chunk id has " + BYTES + " bytes, not " + bytes.length);
        }
        ByteBuffer longs = ByteBuffer.wrap(bytes);
        return new ChunkId(longs.getLong(), longs.getLong(), longs.getLong(), longs.getLong());
    }

    /**
     * Reads 64 hexadecimal digits.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ChunkId parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(a)
                .putLong(b)
                .putLong(c)
                .putLong(d)
                .array();
    }

    @Override
    @JsonValue
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
