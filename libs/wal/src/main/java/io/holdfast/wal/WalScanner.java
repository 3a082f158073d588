package io.holdfast.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one WAL segment: checks the checksum of each, and takes the times of commits. The layout of pages
 * and of record headers is that of PostgreSQL 9.5 to 18 (access/xlog_internal.h, access/xlogrecord.h, access/xact.h,
 * commands/tablespace.h).
 *
 * <p>A record that continues in the next segment belongs to the next one. Its first bytes are the {@code carry} with which
 * the next segment is scanned.
 */
final class WalScanner {
    private static final int RECORD_HEADER = 24;
    private static final int LONG_HEADER = 40;
    private static final int SHORT_HEADER = 24;
    private static final int CONTINUES = 0x0001;
    private static final int LONG = 0x0002;
    private static final int OVERWRITTEN = 0x0008;
    private static final int XLOG = 0;
    private static final int SWITCH = 0x40;
    private static final int TRANSACTION = 1;
    private static final int COMMIT = 0x00;
    private static final int ABORT = 0x20;
    private static final int TABLESPACE = 5;
    private static final int CREATE = 0x00;
    private static final int COMMIT_PREPARED = 0x30;

    /** As much of a record as shows the time of a commit. */
    private static final int CARRIED = 64;

    /** PostgreSQL counts microseconds since this. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final SegmentName name;
    private final ByteBuffer segment;
    private final int size;
    private final int page;
    private final Lsn start;
    private @Nullable Instant first;
    private @Nullable Instant last;
    private long commits;
    private @Nullable TransactionIds ids;
    private long wanted = -1;
    private @Nullable TransactionEnd found;
    private @Nullable Lsn previous;
    private final List<NewTablespace> tablespaces = new ArrayList<>();

    /**
     * @param end of the last valid record; the segment's end if it is complete
     * @param complete whether valid WAL fills the segment
     * @param first time of the earliest commit; null without commits
     * @param last time of the latest commit; null without commits
     * @param carry the first bytes of a record that continues in the next segment; null if there is none
     * @param ids of transactions that ended; null without any. Without prepared transactions
     * @param tablespaces that are created, without those inside the data directory
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Scan(
            String systemIdentifier,
            Lsn start,
            Lsn end,
            boolean complete,
            @Nullable Instant first,
            @Nullable Instant last,
            long commits,
            byte @Nullable [] carry,
            @Nullable TransactionIds ids,
            List<NewTablespace> tablespaces) {}

    private WalScanner(SegmentName name, byte[] content) {
        this.name = name;
        this.segment = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        this.size = segment.getInt(32);
        this.page = segment.getInt(36);
        this.start = new Lsn(segment.getLong(8));
    }

    /**
     * @param carry of the segment before; null if it is unknown or has none
     * @throws IllegalArgumentException if these bytes do not begin as a WAL segment of that name does
     */
    static Scan scan(SegmentName name, byte[] content, byte @Nullable [] carry) {
        return of(name, content).run(carry);
    }

    private static WalScanner of(SegmentName name, byte[] content) {
        if (content.length < LONG_HEADER
                || (ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getShort(2) & LONG) == 0) {
            throw new IllegalArgumentException(name + " does not begin with the header of a WAL segment");
        }
        WalScanner scanner = new WalScanner(name, content);
        if (scanner.size != content.length
                || Integer.bitCount(scanner.size) != 1
                || scanner.page < 1024
                || Integer.bitCount(scanner.page) != 1
                || !scanner.start.equals(name.start(scanner.size))) {
            throw new IllegalArgumentException(name + " has " + content.length + " bytes and begins as a segment of "
                    + scanner.size + " bytes at " + scanner.start);
        }
        return scanner;
    }

    /** @throws IllegalArgumentException if these bytes do not begin as a WAL segment of that name does */
    static Optional<TransactionEnd> end(SegmentName name, byte[] content, byte @Nullable [] carry, long transaction) {
        WalScanner scanner = of(name, content);
        scanner.wanted = transaction;
        Scan unused = scanner.run(carry);
        return Optional.ofNullable(scanner.found);
    }

    private Scan run(byte @Nullable [] carried) {
        int at = LONG_HEADER;
        int rest = (segment.getShort(2) & CONTINUES) != 0 ? segment.getInt(16) : 0;
        if (rest > 0) {
            Span tail = span(at, rest);
            if (tail.broken() != null) {
                return result(tail.broken(), false, null);
            }
            if (tail.end() > size) {
                return result(size, true, carried);
            }
            if (carried != null) {
                ByteBuffer both = ByteBuffer.allocate(CARRIED).order(ByteOrder.LITTLE_ENDIAN);
                both.put(carried, 0, Math.min(CARRIED, carried.length));
                byte[] more = bytes(at, Math.min(rest, both.remaining()));
                record(both.put(more).array(), LONG_HEADER, true);
            }
            at = tail.end();
        }
        return records(at);
    }

    private Scan records(int from) {
        int at = from;
        int valid = from;
        while (true) {
            at = aligned(at);
            if (at >= size) {
                return result(size, true, null);
            }
            int length = segment.getInt(at);
            if (length < RECORD_HEADER) {
                return result(valid, false, null);
            }
            Span span = span(at, length);
            if (span.broken() != null && span.overwritten()) {
                at = span.broken() + header(span.broken());
                continue;
            }
            if (span.broken() != null) {
                return result(valid, false, null);
            }
            if (span.end() > size) {
                return result(size, true, bytes(at, Math.min(CARRIED, available(at, length))));
            }
            byte[] record = bytes(at, length);
            if (!intact(record)) {
                return result(valid, false, null);
            }
            record(record, at, false);
            previous = new Lsn(start.value() + at);
            if (record[17] == XLOG && (record[16] & 0xF0) == SWITCH) {
                return result(size, true, null);
            }
            at = span.end();
            valid = at;
        }
    }

    /**
     * Where so many bytes of a record end.
     *
     * @param end behind them; larger than the segment if they continue in the next one
     * @param broken the page at which the record does not continue; null if it does everywhere
     */
    private record Span(int end, @Nullable Integer broken, boolean overwritten) {}

    private Span span(int from, int length) {
        int at = from;
        int left = length;
        while (true) {
            int room = page - at % page;
            if (left <= room) {
                return new Span(at + left, null, false);
            }
            left -= room;
            at += room;
            if (at >= size) {
                return new Span(size + 1, null, false);
            }
            int info = segment.getShort(at + 2);
            if (!start.equals(new Lsn(segment.getLong(at + 8) - at)) || (info & CONTINUES) == 0) {
                return new Span(at, at, (info & OVERWRITTEN) != 0);
            }
            at += header(at);
        }
    }

    private int available(int from, int length) {
        int at = from;
        int found = 0;
        while (at < size && found < length) {
            int room = page - at % page;
            found += room;
            at += room + SHORT_HEADER;
        }
        return Math.min(found, length);
    }

    private byte[] bytes(int from, int length) {
        byte[] bytes = new byte[length];
        int at = from;
        int done = 0;
        while (done < length) {
            int piece = Math.min(length - done, page - at % page);
            segment.get(at, bytes, done, piece);
            done += piece;
            at += piece;
            if (done < length) {
                at += header(at);
            }
        }
        return bytes;
    }

    private int header(int at) {
        return (segment.getShort(at + 2) & LONG) != 0 ? LONG_HEADER : SHORT_HEADER;
    }

    /** The next place where a record can begin. */
    private int aligned(int at) {
        int aligned = (at + 7) & ~7;
        if (aligned < size && aligned % page == 0) {
            boolean written = start.equals(new Lsn(segment.getLong(aligned + 8) - aligned));
            return written ? aligned + header(aligned) : aligned + SHORT_HEADER;
        }
        return aligned;
    }

    private static boolean intact(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record, RECORD_HEADER, record.length - RECORD_HEADER);
        crc.update(record, 0, 20);
        return (int) crc.getValue()
                == ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getInt(20);
    }

    /**
     * @param at where in the segment the record is; a record that began before the segment is at its first page's header
     * @param continued whether it began before the segment
     */
    private void record(byte[] record, int at, boolean continued) {
        if (record[17] == TRANSACTION) {
            transaction(record, at);
        } else if (record[17] == TABLESPACE && (record[16] & 0xF0) == CREATE) {
            ByteBuffer data = data(record);
            // the path follows the OID; that of a tablespace inside the data directory is empty
            if (data != null && data.remaining() > Integer.BYTES && data.get(data.position() + Integer.BYTES) != 0) {
                tablespaces.add(new NewTablespace(new Lsn(start.value() + at), !continued, previous, last));
            }
        }
    }

    private void transaction(byte[] record, int at) {
        int kind = record[16] & 0x70;
        if (kind != COMMIT && kind != COMMIT_PREPARED && kind != ABORT) {
            return;
        }
        ByteBuffer data = data(record);
        if (data != null && data.remaining() >= Long.BYTES) {
            long id = data.getInt(4) & TransactionIds.MASK;
            ended(kind, id, at, data.getLong());
        }
    }

    /** At the main data of a record without blocks; null if it has none. */
    private static @Nullable ByteBuffer data(byte[] record) {
        ByteBuffer data = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        data.position(RECORD_HEADER);
        while (data.remaining() > Integer.BYTES) {
            switch (data.get() & 0xFF) {
                case 255 -> {
                    data.get();
                    return data;
                }
                case 254 -> {
                    data.getInt();
                    return data;
                }
                case 253 -> data.getShort(); // replication origin
                case 252 -> data.getInt(); // top-level transaction
                default -> {
                    return null;
                }
            }
        }
        return null;
    }

    /** The header of a prepared transaction's commit has the id of another one, or none. */
    private void ended(int kind, long id, int at, long microseconds) {
        Instant time = EPOCH.plus(microseconds, ChronoUnit.MICROS);
        if (kind != ABORT) {
            first = first == null || time.isBefore(first) ? time : first;
            last = last == null || time.isAfter(last) ? time : last;
            commits++;
        }
        if (kind == COMMIT_PREPARED || id < RecoveryTarget.FIRST_NORMAL) {
            return;
        }
        ids = ids == null ? new TransactionIds(id, id) : ids.with(id);
        if (id == wanted) {
            found = new TransactionEnd(name, new Lsn(start.value() + at), time, kind == COMMIT);
        }
    }

    private Scan result(int end, boolean complete, byte @Nullable [] carry) {
        return new Scan(
                Long.toUnsignedString(segment.getLong(24)),
                start,
                new Lsn(start.value() + end),
                complete,
                first,
                last,
                commits,
                carry == null ? null : Arrays.copyOf(carry, carry.length),
                ids,
                List.copyOf(tablespaces));
    }
}
