package io.holdfast.backup.adminapi;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.transfer.export.SqlExporter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;

/** Keys of backups: {@code backups/database-YYYY-MM-DD-HH-MM-SS.sql}, the second of the snapshot in UTC. */
final class BackupKey {
    private static final String FOLDER = "backups/";
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern(
                    "'database-'uuuu-MM-dd-HH-mm-ss'.sql'", Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private BackupKey() {}

    static String of(Instant snapshotAt) {
        return FOLDER + SqlExporter.fileName(snapshotAt);
    }

    /**
     * The second that a key, or its file name alone, stands for.
     *
     * @throws HoldfastException REQUEST_INVALID if the text is not a key
     */
    static Instant second(String key) {
        try {
            String name = key.startsWith(FOLDER) ? key.substring(FOLDER.length()) : key;
            return LocalDateTime.parse(name, NAME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the key is not of the form " + FOLDER + "database-YYYY-MM-DD-HH-MM-SS.sql; GET /api/admin/backup"
                            + " lists the keys",
                    e);
        }
    }
}
