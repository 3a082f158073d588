package io.holdfast.engine.postgres.snapshot;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * An archive of pg_dump without the time of its making, so that the same definitions are the same bytes and are not stored
 * again. The header (WriteHead in PostgreSQL's pg_backup_archiver.c): PGDMP, three bytes of version, the sizes of an int and
 * an offset, the format; the compression, an int and since version 1.15 a byte; then second, minute, hour, day, month, year and
 * whether that is summer time, each an int: a sign and so many bytes, the lowest first.
 */
final class DumpTimestampEraser extends FilterOutputStream {
    private static final byte[] MAGIC = {'P', 'G', 'D', 'M', 'P'};
    private static final int MINOR = 6;
    private static final int INT_SIZE = 8;
    private static final int COMPRESSION = 11;
    private static final int BYTE_SINCE = 15;

    /** The first of January 2000, which every program takes for a time. */
    private static final int[] TIME = {0, 0, 0, 1, 0, 100, 0};

    private final byte[] head = new byte[COMPRESSION];
    private long at;
    private long timeAt = -1;
    private int width;

    DumpTimestampEraser(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length && !pastTime()) {
            out.write(undated(bytes[offset + done++]));
        }
        out.write(bytes, offset + done, length - done);
        at += length - done;
    }

    private boolean pastTime() {
        return at >= COMPRESSION && (timeAt < 0 || at >= timeAt + (long) TIME.length * width);
    }

    private int undated(byte was) {
        int field = timeAt < 0 || at < timeAt ? -1 : (int) (at - timeAt);
        if (at < COMPRESSION) {
            head[(int) at] = was;
        }
        at++;
        if (at == COMPRESSION) {
            find();
        }
        return field < 0 ? was : field % width == 1 ? TIME[field / width] : 0;
    }

    /** What is no such archive stays as it is. */
    private void find() {
        for (int i = 0; i < MAGIC.length; i++) {
            if (head[i] != MAGIC[i]) {
                return;
            }
        }
        width = 1 + head[INT_SIZE];
        timeAt = (long) COMPRESSION + (head[MINOR] >= BYTE_SINCE ? 1 : width);
    }
}
