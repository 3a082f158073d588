package io.holdfast.vault.read;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Blocks as a stream. */
final class ExtentInputStream extends InputStream {
    private final ExtentPrefetcher blocks;
    private ExtentPrefetcher.@Nullable Block block;
    private int used;

    ExtentInputStream(ExtentPrefetcher blocks) {
        this.blocks = blocks;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        ExtentPrefetcher.Block from = block;
        if (from == null || used == from.extent().length()) {
            from = blocks.next();
            block = from;
            used = 0;
        }
        if (from == null) {
            return -1;
        }
        int count = Math.min(length, from.extent().length() - used);
        System.arraycopy(from.array(), from.extent().offset() + used, target, offset, count);
        used += count;
        return count;
    }

    @Override
    public void close() {
        block = null; // its array is another's now
        blocks.close();
    }
}
