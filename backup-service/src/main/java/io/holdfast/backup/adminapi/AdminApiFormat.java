package io.holdfast.backup.adminapi;

import io.holdfast.backup.adminapi.AdminApiAnswers.BackupMetadata;
import io.holdfast.backup.adminapi.AdminApiAnswers.ListedBackup;
import io.holdfast.backup.adminapi.AdminApiAnswers.TakenBackup;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.vault.format.BackupContents;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Figures of a backup in the form that scripts expect. */
final class AdminApiFormat {
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final double KIB = 1024;
    private static final double MIB = KIB * 1024;

    /** Schemas whose tables are known by their plain names: of SQLite, and the default one of PostgreSQL. */
    private static final Set<String> PLAIN = Set.of("", "main", "public");

    private AdminApiFormat() {}

    static TakenBackup taken(Instant snapshotAt, long bytes, List<BackupContents.Name> tables) {
        return new TakenBackup(
                BackupKey.of(snapshotAt),
                instant(snapshotAt),
                bytes,
                decimals(bytes / KIB),
                tables.stream().map(AdminApiFormat::table).toList());
    }

    static ListedBackup listed(Instant snapshotAt, Instant completedAt, BackupTotals totals) {
        return new ListedBackup(
                BackupKey.of(snapshotAt),
                instant(completedAt),
                totals.bytes(),
                decimals(totals.bytes() / KIB),
                decimals(totals.bytes() / MIB),
                new BackupMetadata(
                        instant(snapshotAt), Long.toString(totals.bytes()), Integer.toString(totals.tables())));
    }

    /** ISO 8601 in UTC, always with milliseconds. */
    private static String instant(Instant instant) {
        return MILLIS.format(instant);
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String table(BackupContents.Name name) {
        return PLAIN.contains(name.schema()) ? name.name() : name.toString();
    }
}
