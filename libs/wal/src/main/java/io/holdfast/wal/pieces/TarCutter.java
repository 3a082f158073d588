package io.holdfast.wal.pieces;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a tar archive into pieces of at most 4 MiB while it is written, so that equal files give equal pieces in a later
 * archive, also if other files changed:
 *
 * <ul>
 *   <li>A file from 1 MiB on is cut at multiples of 4 MiB inside the file: PostgreSQL changes pages in place.
 *   <li>Smaller files and headers are grouped. From 1 MiB on a group ends before an entry whose name's hash says so, more
 *       often before larger entries, so that a file that came or went moves the cuts up to the next such name only.
 *   <li>Files that differ in each base backup, such as {@code backup_label}, are not grouped with tables.
 * </ul>
 *
 * A last group without a cut is given by {@link #finish}.
 */
public final class TarCutter extends OutputStream {
    public static final int LARGEST = 4 << 20;
    static final int LARGE_FILE = 1 << 20;
    private static final int SMALLEST_GROUP = 1 << 20;
    private static final int CUTS = 32;

    private final Consumer<byte[]> pieces;
    private final byte[] header = new byte[TarHeader.BLOCK];
    private int headerFilled;
    private long left;
    private boolean large;
    private boolean lasting;
    private byte[] piece = new byte[LARGEST];
    private int filled;

    /** @param pieces takes each piece, in order; the array is its own */
    public TarCutter(Consumer<byte[]> pieces) {
        this.pieces = pieces;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            from += left > 0 ? content(source, from, end - from) : headerBytes(source, from, end - from);
        }
    }

    /** Gives what is left, and begins another archive. */
    public void finish() {
        add(header, 0, headerFilled);
        headerFilled = 0;
        left = 0;
        large = false;
        lasting = false;
        cut();
    }

    private int headerBytes(byte[] source, int from, int available) throws IOException {
        int count = Math.min(available, TarHeader.BLOCK - headerFilled);
        System.arraycopy(source, from, header, headerFilled, count);
        headerFilled += count;
        if (headerFilled == TarHeader.BLOCK) {
            headerFilled = 0;
            entry();
        }
        return count;
    }

    private void entry() throws IOException {
        TarHeader entry = TarHeader.parse(header);
        if (entry != null) {
            boolean lasts = isLasting(entry.name());
            if (lasts != lasting || (filled >= SMALLEST_GROUP && isCut(entry))) {
                cut();
            }
            lasting = lasts;
        }
        add(header, 0, TarHeader.BLOCK);
        if (entry != null) {
            left = entry.size() + entry.padding();
            large = entry.size() >= LARGE_FILE;
            if (large) {
                cut();
            }
        }
    }

    private int content(byte[] source, int from, int available) {
        int count = (int) Math.min(available, left);
        add(source, from, count);
        left -= count;
        if (left == 0 && large && filled >= SMALLEST_GROUP) {
            cut(); // a shorter end is grouped with what follows
        }
        return count;
    }

    private void add(byte[] source, int offset, int length) {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            int count = Math.min(end - from, LARGEST - filled);
            System.arraycopy(source, from, piece, filled, count);
            filled += count;
            from += count;
            if (filled == LARGEST) {
                cut();
            }
        }
    }

    private void cut() {
        if (filled > 0) {
            pieces.accept(filled == LARGEST ? piece : Arrays.copyOf(piece, filled));
            if (filled == LARGEST) {
                piece = new byte[LARGEST];
            }
            filled = 0;
        }
    }

    /** The same for one name and size in every archive, also of another process: the hash of a string is specified. */
    private static boolean isCut(TarHeader entry) {
        int hash = (entry.name().hashCode() * 0x9E3779B9) >>> 27;
        return hash % CUTS <= entry.size() >> 16;
    }

    /** Whether the file stays equal until the database changes. */
    private static boolean isLasting(String name) {
        String path = name.startsWith("./") ? name.substring(2) : name;
        return path.startsWith("base/")
                || path.startsWith("PG_")
                || (path.startsWith("global/") && !path.equals("global/pg_control"));
    }
}
