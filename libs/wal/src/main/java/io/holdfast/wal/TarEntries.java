package io.holdfast.wal;

import io.holdfast.wal.pieces.TarHeader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The entries of a tar archive as pg_basebackup writes it, in order. The two closing zero blocks may lack. */
final class TarEntries {
    private final InputStream in;
    private long left;
    private long padding;

    TarEntries(InputStream in) {
        this.in = in;
    }

    /** Skips what was not read of the entry before; null at the end. */
    @Nullable
    TarHeader next() throws IOException {
        in.skipNBytes(left + padding);
        left = 0;
        padding = 0;
        byte[] block = in.readNBytes(TarHeader.BLOCK);
        if (block.length == 0) {
            return null;
        }
        if (block.length < TarHeader.BLOCK) {
            throw new EOFException("the archive ends inside a header");
        }
        TarHeader header = TarHeader.parse(block);
        if (header != null) {
            left = header.size();
            padding = header.padding();
        }
        return header;
    }

    /** Bytes of the current entry; -1 at its end. */
    int read(byte[] buffer) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
            throw new EOFException("the archive ends inside a file");
        }
        left -= read;
        return read;
    }
}
