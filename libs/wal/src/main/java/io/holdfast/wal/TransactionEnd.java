package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a transaction ended.
 *
 * @param segment in which its last record ends
 * @param lsn a position in or before that record, in the same segment
 * @param at time of the commit or of the rollback, by the server's clock
 */
public record TransactionEnd(SegmentName segment, Lsn lsn, Instant at, boolean committed) {

    /**
     * Finds the commit of a transaction in the archived WAL, on the newest timeline that has it. Reads those segments whose
     * range of ids has the transaction, and those without a known range.
     *
     * @param pinned timeline on which it is searched, with its ancestors; null: all
     * @throws HoldfastException POINT_NOT_REACHED if the transaction did not commit in the archived WAL; WAL_MISSING if a
     *     segment does not open
     */
    public static RecoveryTarget.Transaction locate(
            WalArchive archive, WalIndex index, RecoveryTarget.Transaction transaction, @Nullable Integer pinned) {
        TransactionEnd end = entries(index, pinned)
                .filter(entry -> entry.ids() == null || entry.ids().contains(transaction.id()))
                .flatMap(entry -> archive.end(entry, before(entry, index), transaction.id()).stream())
                .findFirst()
                .orElseThrow(() -> refused(
                        transaction,
                        "neither committed nor rolled back in the archived WAL: it is still running, or ended before the"
                                + " archive begins or after it ends, or is a subtransaction or a prepared one, which are"
                                + " not found by their id"));
        if (!end.committed()) {
            throw refused(transaction, "was rolled back at " + end.at() + ", and changed nothing");
        }
        return new RecoveryTarget.Transaction(transaction.id(), end);
    }

    /** The newest first. */
    private static Stream<SegmentEntry> entries(WalIndex index, @Nullable Integer pinned) {
        Stream<SegmentEntry> entries = pinned == null
                ? Stream.concat(index.segments().stream(), index.partials().stream())
                : index.history(pinned).stream().flatMap(history -> index.way(history).values().stream());
        return entries.sorted(
                Comparator.comparing((SegmentEntry entry) -> entry.name()).reversed());
    }

    private static Optional<SegmentEntry> before(SegmentEntry entry, WalIndex index) {
        List<SegmentEntry> whole = index.segments();
        return whole.stream()
                .filter(other -> other.number() == entry.number() - 1
                        && other.name().timeline() <= entry.name().timeline())
                .max(Comparator.comparing(SegmentEntry::name));
    }

    private static HoldfastException refused(RecoveryTarget.Transaction transaction, String why) {
        return HoldfastException.about(
                transaction.toString(),
                FailureCode.POINT_NOT_REACHED,
                transaction + " " + why + "; choose another transaction, an instant or a position");
    }
}
