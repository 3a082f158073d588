package io.holdfast.backup.wal;

import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.config.Durations;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.SourceRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The alert conditions of a WAL archive. Pure. */
final class WalAlerts {
    static final String BEHIND = "wal-archive-behind";
    static final String LAG = "wal-slot-lag";
    static final String UNLIMITED = "wal-keep-unlimited";
    static final String GAP = "wal-gap";
    static final String BASE = "base-backup-failed";
    static final String UNPROVEN = "recovery-unproven";
    static final String SLOT_LEFT = "wal-slot-left";
    static final List<String> ALL = List.of(BEHIND, LAG, UNLIMITED, GAP, BASE, UNPROVEN, SLOT_LEFT);

    private static final Duration LONGEST_BEHIND = Duration.ofMinutes(10);
    private static final Duration GAP_SHOWN = Duration.ofHours(24);

    /** Holdfast cannot see whether the slot of a source that left the configuration was dropped. */
    private static final Duration SLOT_NAMED = Duration.ofDays(7);

    /** A recovery is proven weekly. */
    private static final Duration LONGEST_UNPROVEN = Duration.ofDays(9);

    private final SourceRef source;
    private final List<AlertCondition> found = new ArrayList<>();

    private WalAlerts(SourceRef source) {
        this.source = source;
    }

    static String key(String name, String source) {
        return name + "/" + source;
    }

    static List<AlertCondition> of(ProtectedSource source, SourceConfig.Wal wal, WalArchiveRow row, Instant now) {
        WalAlerts alerts = new WalAlerts(source.ref());
        alerts.behind(wal, row, now);
        alerts.lag(wal, row);
        alerts.gap(row, now);
        if (!row.keepLimited()) {
            alerts.add(
                    UNLIMITED,
                    AlertEvent.Severity.WARNING,
                    "max_slot_wal_keep_size is not set on the server: while WAL cannot be archived, the server keeps it until its"
                            + " disk is full; set it to what the disk can hold");
        }
        if (row.baseFailure() != null) {
            alerts.add(
                    BASE,
                    AlertEvent.Severity.WARNING,
                    "its base backup failed and is tried again: " + row.baseFailure());
        }
        if (wal.prove()) {
            alerts.proof(row, now);
        }
        return List.copyOf(alerts.found);
    }

    /** Of a source whose WAL is no longer archived. */
    static List<AlertCondition> ofEnded(ProtectedSource source, WalArchiveRow row) {
        WalAlerts alerts = new WalAlerts(source.ref());
        if (row.failure() != null && row.failure().startsWith(notDropped(row.slot(), ""))) {
            alerts.slotLeft(row, row.failure() + "; this is tried again");
        }
        return List.copyOf(alerts.found);
    }

    /** Of a source that left the configuration. */
    static List<AlertCondition> ofRetired(RetiredSource source, WalArchiveRow row, Instant now) {
        WalAlerts alerts = new WalAlerts(source.ref());
        if (namesSlotOf(source.retiredAt(), now)) {
            alerts.slotLeft(
                    row, "it left the configuration, and its replication slot " + row.slot() + " is not dropped");
        }
        return List.copyOf(alerts.found);
    }

    /** Returns whether an alert still names the slot of a source that was removed from the configuration. */
    static boolean namesSlotOf(Instant retiredAt, Instant now) {
        return now.isBefore(retiredAt.plus(SLOT_NAMED));
    }

    static String notDropped(String slot, String why) {
        return "its WAL is no longer archived, and its replication slot " + slot + " could not be dropped: " + why;
    }

    private void slotLeft(WalArchiveRow row, String what) {
        add(
                SLOT_LEFT,
                AlertEvent.Severity.CRITICAL,
                what + "; the server keeps all WAL for the slot, until its disk is full or max_slot_wal_keep_size is"
                        + " reached; drop it there: SELECT pg_drop_replication_slot('"
                        + row.slot().replace("'", "''")
                        + "')");
    }

    private void behind(SourceConfig.Wal wal, WalArchiveRow row, Instant now) {
        Duration allowed = wal.ship().multipliedBy(5);
        Duration most = allowed.compareTo(LONGEST_BEHIND) > 0 ? allowed : LONGEST_BEHIND;
        Instant last = row.shippedAt() == null ? row.since() : row.shippedAt();
        if (last.plus(most).isBefore(now)) {
            add(
                    BEHIND,
                    AlertEvent.Severity.CRITICAL,
                    "its WAL has not been archived since " + last + ", for "
                            + Durations.format(Duration.ofMinutes(
                                    Duration.between(last, now).toMinutes()))
                            + ": later instants cannot be restored" + because(row.failure()));
        }
    }

    /** Raised before the disk of the server is full, or the server invalidates the slot. */
    private void lag(SourceConfig.Wal wal, WalArchiveRow row) {
        Long safe = row.slotSafe();
        boolean near = safe == null ? row.slotLag() > wal.spoolLimit().bytes() : safe < row.slotLag();
        if (near) {
            add(
                    LAG,
                    AlertEvent.Severity.CRITICAL,
                    "the server keeps " + megabytes(row.slotLag()) + " of WAL for replication slot " + row.slot()
                            + (safe == null
                                    ? ", without a limit"
                                    : " and invalidates the slot after another " + megabytes(safe))
                            + because(row.failure()));
        }
    }

    private void gap(WalArchiveRow row, Instant now) {
        Instant at = row.gapAt();
        if (!row.current() || (at != null && at.plus(GAP_SHOWN).isAfter(now))) {
            add(
                    GAP,
                    AlertEvent.Severity.WARNING,
                    "WAL is missing in its archive: instants in the hole cannot be restored; holdfast windows "
                            + source.name() + " shows the hole"
                            + (row.current()
                                    ? "; a later base backup covers the present"
                                    : "; a base backup is taken"));
        }
    }

    private void proof(WalArchiveRow row, Instant now) {
        Instant last = row.provenAt() == null ? row.since() : row.provenAt();
        if (row.proofFailure() != null) {
            add(
                    UNPROVEN,
                    row.proofFault() ? AlertEvent.Severity.CRITICAL : AlertEvent.Severity.WARNING,
                    (row.proofFault() ? "a recovery of its server failed: " : "a recovery could not be proven: ")
                            + row.proofFailure());
        } else if (last.plus(LONGEST_UNPROVEN).isBefore(now)) {
            add(
                    UNPROVEN,
                    AlertEvent.Severity.WARNING,
                    "no recovery of its server was proven since " + last
                            + "; verifier-service recovers base backups, check whether it runs");
        }
    }

    private static String because(@Nullable String failure) {
        return failure == null ? "" : "; " + failure;
    }

    private static String megabytes(long bytes) {
        return (bytes + 999_999) / 1_000_000 + " MB";
    }

    private void add(String name, AlertEvent.Severity severity, String what) {
        found.add(new AlertCondition(
                key(name, source.name()), name, severity, source, "source \"" + source.name() + "\": " + what, null));
    }
}
