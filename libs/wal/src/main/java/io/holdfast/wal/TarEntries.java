package io.holdfast.wal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a tar archive as pg_basebackup writes it (ustar: names up to 255 bytes, sizes in octal or base 256), in
 * order. The two closing zero blocks may lack.
 */
final class TarEntries {
    private static final int BLOCK = 512;

    private final InputStream in;
    private long left;
    private long padding;

    /** @param link the target of a symbolic link; "" for others */
    record Entry(String name, Kind kind, long size, String link) {}

    enum Kind {
        FILE,
        DIRECTORY,
        LINK
    }

    TarEntries(InputStream in) {
        this.in = in;
    }

    /** Skips what was not read of the entry before; null at the end. */
    @Nullable
    Entry next() throws IOException {
        in.skipNBytes(left + padding);
        byte[] header = in.readNBytes(BLOCK);
        if (header.length == 0 || isZero(header)) {
            left = 0;
            padding = 0;
            return null;
        }
        if (header.length < BLOCK) {
            throw new EOFException("the archive ends inside a header");
        }
        String prefix = text(header, 345, 155);
        String name = (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
        byte type = header[156];
        Kind kind = switch (type) {
            case '0', 0 -> Kind.FILE;
            case '5' -> Kind.DIRECTORY;
            case '2' -> Kind.LINK;
            default -> throw new IOException("entry " + name + " has the unknown type " + (char) type);
        };
        left = kind == Kind.FILE ? number(header, 124, 12) : 0;
        padding = (BLOCK - left % BLOCK) % BLOCK;
        return new Entry(name, kind, left, text(header, 157, 100));
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

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.ISO_8859_1);
    }

    private static long number(byte[] header, int from, int length) throws IOException {
        if ((header[from] & 0x80) != 0) {
            long value = header[from] & 0x7F;
            for (int i = from + 1; i < from + length; i++) {
                value = value << 8 | (header[i] & 0xFF);
            }
            return value;
        }
        String octal = text(header, from, length).strip();
        try {
            return octal.isEmpty() ? 0 : Long.parseLong(octal, 8);
        } catch (NumberFormatException e) {
            throw new IOException("a size is no octal number: " + octal, e);
        }
    }
}
