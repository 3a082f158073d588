package io.holdfast.backup.wal;

import io.holdfast.contracts.SourceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The latest state of the archiver of a source.
 *
 * @param since when the archive was configured
 * @param shippedAt when the vault last had all WAL that the connected receiver got; null: never
 * @param failure why nothing is received or stored; null if both work
 * @param slotLag bytes of WAL that the server keeps for the slot
 * @param slotSafe bytes that may be written until the server invalidates the slot; null without a limit
 * @param keepLimited whether {@code max_slot_wal_keep_size} is set
 * @param windowFrom beginning of the newest window; null: there is none
 * @param current whether instants after the last archived commit become restorable; false after a hole
 * @param gapAt when a hole was last found
 * @param baseFailure why the last base backup failed; null if it did not
 * @param provenAt when a recovery last succeeded; null: never
 * @param proofFailure why a base backup or an instant is not proven; null if all are
 * @param proofFault whether base backup or WAL are at fault, and not the machine that recovers
 */
record WalArchiveRow(
        SourceId source,
        String sourceName,
        String slot,
        @Nullable String system,
        Instant since,
        @Nullable String shippedLsn,
        @Nullable Instant shippedAt,
        long spoolBytes,
        @Nullable String failure,
        long slotLag,
        @Nullable Long slotSafe,
        boolean keepLimited,
        @Nullable Instant windowFrom,
        @Nullable Instant windowTo,
        int holes,
        boolean current,
        @Nullable Instant gapAt,
        @Nullable String baseFailure,
        @Nullable Instant provenAt,
        @Nullable String proofFailure,
        boolean proofFault) {}
