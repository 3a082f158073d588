package io.holdfast.wal.pieces;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header of an entry in a tar archive as pg_basebackup writes it (ustar: names up to 255 bytes, sizes in octal or base
 * 256).
 *
 * @param size of the content in the archive, without its padding
 * @param link the target of a symbolic link; "" for others
 */
public record TarHeader(String name, Kind kind, long size, String link) {
    /** Bytes of a header; contents are padded to a multiple of it. */
    public static final int BLOCK = 512;

    public enum Kind {
        FILE,
        DIRECTORY,
        LINK
    }

    /** Returns null for a block of zeros, which ends an archive. */
    public static @Nullable TarHeader parse(byte[] block) throws IOException {
        if (isZero(block)) {
            return null;
        }
        String prefix = text(block, 345, 155);
        String name = (prefix.isEmpty() ? "" : prefix + "/") + text(block, 0, 100);
        Kind kind = switch (block[156]) {
            case '0', 0 -> Kind.FILE;
            case '5' -> Kind.DIRECTORY;
            case '2' -> Kind.LINK;
            default -> throw new IOException("entry " + name + " has the unknown type " + (char) block[156]);
        };
        return new TarHeader(name, kind, kind == Kind.FILE ? number(block, 124, 12) : 0, text(block, 157, 100));
    }

    /** The header of a file that only its owner may read. */
    public static byte[] file(String name, long size) {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, "0000600");
        put(block, 108, "0000000");
        put(block, 116, "0000000");
        put(block, 124, String.format(Locale.ROOT, "%011o", size));
        put(block, 136, "00000000000");
        put(block, 148, "        "); // counts as blanks in its own sum
        block[156] = '0';
        put(block, 257, "ustar");
        put(block, 263, "00");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xFF;
        }
        put(block, 148, String.format(Locale.ROOT, "%06o", sum) + "\0 ");
        return block;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    /** Bytes between the content's end and the next header. */
    public long padding() {
        return (BLOCK - size % BLOCK) % BLOCK;
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
