package io.holdfast.wal;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the archive's index says of one segment.
 *
 * @param end of the last valid record; the end of the segment if valid WAL fills it
 * @param first time of the earliest commit in it; null if it has none
 * @param last time of the latest commit in it; null if it has none
 * @param bytes size of a segment of this server
 * @param stored size of the object in the vault; 0 if it is not known
 * @param carry the first bytes of a record that continues in the next segment, hexadecimal; null if there is none
 * @param ids of transactions that ended in it; null if there are none, or if an earlier version of Holdfast made the entry
 * @param tablespaces that are created in it; null if an earlier version of Holdfast made the entry
 */
public record SegmentEntry(
        SegmentName name,
        Lsn start,
        Lsn end,
        @Nullable Instant first,
        @Nullable Instant last,
        int bytes,
        long stored,
        @Nullable String carry,
        @Nullable TransactionIds ids,
        @Nullable List<NewTablespace> tablespaces) {

    static SegmentEntry of(SegmentName name, WalScanner.Scan scan, int bytes, long stored) {
        return new SegmentEntry(
                name,
                scan.start(),
                scan.end(),
                scan.first(),
                scan.last(),
                bytes,
                stored,
                scan.carry() == null ? null : HexFormat.of().formatHex(scan.carry()),
                scan.ids(),
                scan.tablespaces());
    }

    /** Whether valid WAL fills the segment. */
    public boolean complete() {
        return end.value() == start.value() + bytes;
    }

    public long number() {
        return name.number(bytes);
    }

    byte @Nullable [] carried() {
        return carry == null ? null : HexFormat.of().parseHex(carry);
    }
}
