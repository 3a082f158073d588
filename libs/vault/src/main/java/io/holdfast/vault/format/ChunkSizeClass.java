package io.holdfast.vault.format;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import org.jspecify.annotations.Nullable;

/**
 * How large chunks become. Small chunks store less again after a change; large ones keep the manifest of a large table
 * small. A table keeps its class, because another class cuts elsewhere and stores everything again.
 */
public enum ChunkSizeClass {
    /** 256 KiB to 3 MiB, 1 MiB on average; also what a class is taken for that a later version knows. */
    @JsonEnumDefaultValue
    MIB_1(1 << 18, 1 << 20, 3 << 20),
    /**
     * 1.5 to 3 MiB, 2 MiB on average: from 320 MiB. Half as many objects, and as none is much larger than others, a change to
     * such a table stores about as small a part of it again as with the class before.
     */
    MIB_2(3 << 19, 1 << 21, 3 << 20),
    /** 1 MiB to 16 MiB, 4 MiB on average: from 64 GiB. */
    MIB_4(1 << 20, 1 << 22, 1 << 24),
    /** 4 MiB to 64 MiB, 16 MiB on average: from 1 TiB. Needs a byte budget to match. */
    MIB_16(1 << 22, 1 << 24, 1 << 26);

    /** No chunk of any class is longer. */
    public static final int LARGEST = 1 << 26;

    private static final long MIB_2_FROM = 320L << 20;
    private static final long MIB_4_FROM = 1L << 36;
    private static final long MIB_16_FROM = 1L << 40;
    private static final int FAR = 8;

    private final int min;
    private final int max;
    private final int spread;
    private final long step;

    ChunkSizeClass(int min, int average, int max) {
        this.min = min;
        this.max = max;
        this.spread = average - min;
        this.step = Long.divideUnsigned(-1L, spread);
    }

    /** The class for a table of about this many bytes that has none yet. */
    public static ChunkSizeClass forBytes(long bytes) {
        if (bytes >= MIB_4_FROM) {
            return bytes >= MIB_16_FROM ? MIB_16 : MIB_4;
        }
        return bytes >= MIB_2_FROM ? MIB_2 : MIB_1;
    }

    /** This class, unless its chunks take more memory than those of the other: then that. */
    public ChunkSizeClass within(ChunkSizeClass other) {
        return max > other.max ? other : this;
    }

    /** The class that a table has, unless its chunks are eight times as large or small as its size asks for. */
    public static ChunkSizeClass keep(@Nullable ChunkSizeClass present, long bytes) {
        ChunkSizeClass wanted = forBytes(bytes);
        if (present == null
                || present.average() >= FAR * wanted.average()
                || wanted.average() >= FAR * present.average()) {
            return wanted;
        }
        return present;
    }

    public int average() {
        return min + spread;
    }

    public int min() {
        return min;
    }

    public int max() {
        return max;
    }

    /**
     * Whether a chunk that is at least {@link #min} long ends after this row. Each byte of a row is an equal chance, so
     * that the average does not depend on how long rows are; the hash alone decides, so that equal rows decide alike.
     */
    public boolean endsAfter(long rowHash, int rowLength) {
        return rowLength >= spread || Long.compareUnsigned(mixed(rowHash), rowLength * step) < 0;
    }

    /** MurmurHash3's 64-bit finalizer (Austin Appleby, public domain): callers' hashes may be weak in their high bits. */
    private static long mixed(long hash) {
        long h = hash;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
