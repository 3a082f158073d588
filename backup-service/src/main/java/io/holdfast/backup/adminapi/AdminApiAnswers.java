package io.holdfast.backup.adminapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Bodies of this package's endpoints. Names, types and order of the fields are a contract with scripts: never changed. */
final class AdminApiAnswers {
    private static final String KEY = "backups/database-2024-01-15-02-00-00.sql";
    private static final String AT = "2024-01-15T02:00:00.000Z";
    private static final String SIZE = "Bytes of all rows as text, before compression and encryption.";
    private static final String MIB = "1048576";

    private AdminApiAnswers() {}

    @Schema(requiredProperties = {"success", "backup"})
    record TakenAnswer(boolean success, TakenBackup backup) {}

    @Schema(requiredProperties = {"success", "backup", "cleanup"})
    record CronAnswer(boolean success, TakenBackup backup, Cleanup cleanup) {}

    @Schema(requiredProperties = "deleted_count")
    record Cleanup(
            @JsonProperty("deleted_count") @Schema(examples = "2")
            int deletedCount) {}

    @Schema(requiredProperties = {"success", "deleted_count"})
    record DeletedAnswer(
            boolean success,

            @JsonProperty("deleted_count") @Schema(examples = "5")
            int deletedCount) {}

    /** @param timestamp the instant of the snapshot */
    @Schema(requiredProperties = {"key", "timestamp", "size", "size_kb", "tables"})
    record TakenBackup(
            @Schema(examples = KEY) String key,
            @Schema(examples = AT) String timestamp,
            @Schema(description = SIZE, examples = MIB) long size,

            @JsonProperty("size_kb") @Schema(description = "KiB, two decimals.", examples = "1024.00")
            String sizeKb,

            List<String> tables) {}

    @Schema(requiredProperties = {"backups", "total"})
    record ListAnswer(List<ListedBackup> backups, int total) {}

    /** @param uploaded when the backup was complete in the vault */
    @Schema(requiredProperties = {"key", "uploaded", "size", "size_kb", "size_mb", "metadata"})
    record ListedBackup(
            @Schema(examples = KEY) String key,
            @Schema(examples = "2024-01-15T02:00:05.123Z") String uploaded,
            @Schema(description = SIZE, examples = MIB) long size,

            @JsonProperty("size_kb") @Schema(description = "KiB, two decimals.", examples = "1024.00")
            String sizeKb,

            @JsonProperty("size_mb") @Schema(description = "MiB, two decimals.", examples = "1.00")
            String sizeMb,

            BackupMetadata metadata) {}

    /** @param timestamp the instant of the snapshot */
    @Schema(requiredProperties = {"backup-timestamp", "backup-size", "tables-count"})
    record BackupMetadata(
            @JsonProperty("backup-timestamp") @Schema(examples = AT)
            String timestamp,

            @JsonProperty("backup-size") @Schema(examples = MIB)
            String size,

            @JsonProperty("tables-count") @Schema(examples = "13")
            String tables) {}

    @Schema(requiredProperties = "error")
    record ErrorAnswer(String error) {}
}
