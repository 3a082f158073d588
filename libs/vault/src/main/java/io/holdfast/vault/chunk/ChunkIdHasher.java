package io.holdfast.vault.chunk;

import com.google.crypto.tink.prf.PrfSet;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.format.ChunkId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Names chunks: id = PRF(source id ‖ format ‖ length ‖ digest of each block), where a block's digest is a keyed universal
 * hash. For all who do not hold the key this is as good as a PRF over the bytes themselves: two different chunks have the
 * same digests with a probability of at most 2^-128, whatever ids were seen before. It costs a tenth of SHA-256 where the
 * processor has no instructions for that.
 *
 * <p>The digest is NH with words of 64 bits, twice, the second time with the key moved by two words (Toeplitz): Black,
 * Halevi, Krawczyk, Krovetz, Rogaway, "UMAC: Fast and Secure Message Authentication", CRYPTO '99, theorems 1 and 2. The
 * NH key comes from the PRF. One thread at a time.
 */
final class ChunkIdHasher {
    static final int BLOCK = 4096;

    private static final byte FORMAT = 1;
    private static final int PAIR = 2 * Long.BYTES;
    private static final int SHIFT = 2;
    private static final int HEAD = Long.BYTES * 2 + 1 + Long.BYTES;
    private static final int DIGEST = 4 * Long.BYTES;
    private static final byte[] LABEL = "holdfast chunk names 1".getBytes(StandardCharsets.US_ASCII);
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final PrfSet prf;
    private final long[] key;
    private final byte[] last = new byte[BLOCK];

    ChunkIdHasher(PrfSet prf) {
        this.prf = prf;
        this.key = expanded(prf);
    }

    private static long[] expanded(PrfSet prf) {
        int words = BLOCK / Long.BYTES + SHIFT;
        ByteBuffer bytes = ByteBuffer.allocate((words * Long.BYTES + ChunkId.BYTES - 1) / ChunkId.BYTES * ChunkId.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put(computed(
                    prf,
                    ByteBuffer.allocate(LABEL.length + Integer.BYTES)
                            .put(LABEL)
                            .putInt(i)
                            .array()));
        }
        long[] key = new long[words];
        bytes.flip().asLongBuffer().get(key);
        return key;
    }

    /** Of the first so many bytes. */
    ChunkId of(SourceId source, byte[] plain, int length) {
        int blocks = (length + BLOCK - 1) / BLOCK;
        byte[] input = new byte[HEAD + blocks * DIGEST];
        ByteBuffer.wrap(input)
                .putLong(source.value().getMostSignificantBits())
                .putLong(source.value().getLeastSignificantBits())
                .put(FORMAT)
                .putLong(length);
        int whole = length / BLOCK;
        for (int i = 0; i < whole; i++) {
            digest(plain, i * BLOCK, BLOCK, input, HEAD + i * DIGEST);
        }
        if (whole < blocks) {
            int rest = length - whole * BLOCK;
            int padded = (rest + PAIR - 1) / PAIR * PAIR;
            System.arraycopy(plain, whole * BLOCK, last, 0, rest);
            Arrays.fill(last, rest, padded, (byte) 0);
            digest(last, 0, padded, input, HEAD + whole * DIGEST);
        }
        return ChunkId.of(computed(prf, input));
    }

    /** Sums of products mod 2^128, low word first. */
    private void digest(byte[] bytes, int from, int length, byte[] out, int at) {
        long[] keys = key;
        long low = 0;
        long high = 0;
        long low2 = 0;
        long high2 = 0;
        for (int i = 0; i < length / Long.BYTES; i += 2) {
            long one = (long) WORD.get(bytes, from + i * Long.BYTES);
            long other = (long) WORD.get(bytes, from + (i + 1) * Long.BYTES);
            long x = one + keys[i];
            long y = other + keys[i + 1];
            long product = x * y;
            low += product;
            high += Math.unsignedMultiplyHigh(x, y) + (Long.compareUnsigned(low, product) < 0 ? 1 : 0);
            x = one + keys[i + SHIFT];
            y = other + keys[i + 1 + SHIFT];
            product = x * y;
            low2 += product;
            high2 += Math.unsignedMultiplyHigh(x, y) + (Long.compareUnsigned(low2, product) < 0 ? 1 : 0);
        }
        WORD.set(out, at, low);
        WORD.set(out, at + Long.BYTES, high);
        WORD.set(out, at + 2 * Long.BYTES, low2);
        WORD.set(out, at + 3 * Long.BYTES, high2);
    }

    private static byte[] computed(PrfSet prf, byte[] input) {
        try {
            return prf.computePrimary(input, ChunkId.BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("chunk id", e);
        }
    }
}
