package io.holdfast.config;

import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A protected database.
 *
 * @param id empty: backup-service mints one when it first sees the name, and keeps it
 * @param notifyChannels names of channels, all of which exist
 */
public record SourceConfig(
        @ConfigKey(
                value =
                        "The source's identity. Minted once by backup-service if left out; write it here to rename the source.",
                example = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77")
        Optional<UUID> id,

        @ConfigKey(value = "The kind of database.", example = "postgres")
        EngineType engine,

        @ConfigKey(
                value =
                        "Where the database is, without a password. sslmode is require off this machine and prefer on it, unless it says otherwise.",
                example = "postgresql://portal@db:5432/portal?sslmode=verify-full")
        DatabaseUrl url,

        @ConfigKey(value = "The password; for d1 the API token.", example = "{ file: /run/secrets/portal }")
        Optional<SecretRef> password,

        @ConfigKey("The role that restores into this database or its server; left out, the role of url.")
        Optional<Restoring> restore,

        @ConfigKey(
                value = "Which of the defaults apply; one of the names under defaults, if there are any.",
                example = "production")
        Optional<String> environment,

        @ConfigKey("What of the database is backed up; all of it unless this says otherwise.")
        Scope scope,

        @ConfigKey("When it is backed up and drilled; without it only on request.")
        Schedule schedule,

        @ConfigKey("How long backups are kept.") RetentionConfig retention,

        @ConfigKey("What is promised; measured on every run, and alerted on.")
        Objectives objectives,

        @ConfigKey("How backups are verified.") Verify verify,
        @ConfigKey("How hard a backup may load the source.") Limits limits,

        @ConfigKey("What the data has to be like; a failed check is an alert, and never makes a backup bad.")
        Checks checks,

        @ConfigKey(
                value = "The application's health probe, asked after a switch.",
                example = "https://portal.example/api/health")
        Optional<URI> health,

        @ConfigKey("How the application is put into maintenance mode for a switch, and out of it.")
        Optional<Maintenance> maintenance,

        @ConfigKey("How a restore that replaced something is watched afterwards.")
        Watch watch,

        @ConfigKey(
                value = "Whether a restore that replaces something waits for a second person.",
                fallback = "required")
        ApprovalPolicy approval,

        @ConfigKey(
                name = "notify",
                value = "The channels that hear of this source; left out, those of notifications.",
                example = "[ops-slack, dba-mail]")
        List<String> notifyChannels) {

    /**
     * The role that restores, apart from the one that reads.
     *
     * @param user empty: the user of {@code url}, or else of the source's URL
     * @param url host, port, user and parameters; the database is always the source's
     */
    public record Restoring(
            @ConfigKey(value = "The role that restores; left out, the user of the URL.", example = "portal")
            Optional<String> user,

            @ConfigKey(
                    value = "Its password; left out, the source's own if user and url are left out too, else none.",
                    example = "{ file: /run/secrets/portal-restorer }")
            Optional<SecretRef> password,

            @ConfigKey(
                    value =
                            "Another address of the same server, such as one without a pooler. Its database name is ignored: restores use the source's.",
                    example = "postgresql://portal@db-direct:5432/portal")
            Optional<DatabaseUrl> url,

            @ConfigKey(
                    value =
                            "The database in which other databases are created and renamed; left out or unusable, the first usable one of postgres, template1 and the source's own.",
                    example = "defaultdb")
            Optional<String> maintenanceDatabase) {}

    /** Include narrows the backup to what it names; exclude then takes away. A backup with a scope says so. */
    public record Scope(
            @ConfigKey("What is backed up; everything if empty.")
            Include include,

            @ConfigKey("What is left out.") Exclude exclude,

            @ConfigKey(
                    value =
                            "Whether extensions of PostgreSQL are part of it; ignore leaves them out with what needs one, so that a server without their packages can prove and restore it.",
                    fallback = "keep")
            Extensions extensions) {}

    /** IGNORE: a backup has neither extensions nor what needs one. */
    public enum Extensions {
        KEEP,
        IGNORE
    }

    public record Include(
            @ConfigKey(value = "Whole schemas.", example = "[public]")
            List<String> schemas,

            @ConfigKey(value = "Single tables.", example = "[billing.invoices]")
            List<TableName> tables) {}

    public record Exclude(
            @ConfigKey(value = "Whole schemas.", example = "[scratch]")
            List<String> schemas,

            @ConfigKey(value = "Tables, with their definition.", example = "[public.cache]")
            List<TableName> tables,

            @ConfigKey(value = "Tables of which only the definition is kept.", example = "[public.sessions]")
            List<TableName> tableData,

            @ConfigKey(
                    value =
                            "Extensions of PostgreSQL, with what needs one of them. For those that only one database of a server can have, such as pg_cron.",
                    example = "[pg_cron]")
            List<String> extensions) {}

    public record Schedule(
            @ConfigKey(value = "When backups start.", example = "[\"0 2 * * *\", \"0 */6 * * *\"]")
            List<Cron> backups,

            @ConfigKey(value = "When drills start.", example = "[\"0 3 15 1,4,7,10 *\"]")
            List<Cron> drills,

            @ConfigKey(value = "By whose clocks.", fallback = "UTC", example = "Europe/Berlin")
            ZoneId timezone) {}

    public record Objectives(
            @ConfigKey(value = "How much work may be lost: the age of the newest proven backup.", example = "24h")
            Optional<Duration> rpo,

            @ConfigKey(value = "How long a restore may take.", example = "30m")
            Optional<Duration> rto) {}

    /** INTACT: every chunk is there and authentic. PROVEN: restored and compared row by row. */
    public enum Level {
        PROVEN,
        INTACT
    }

    public record Verify(
            @ConfigKey(
                    value =
                            "How deep: proven is restored and compared row by row, intact is every chunk there and authentic.",
                    fallback = "proven")
            Level level,

            @ConfigKey(
                    value = "1 verifies every backup, 2 every second one, and so on.",
                    fallback = "1",
                    min = 1,
                    max = 1000)
            int every) {}

    /** What a backup does when its locks keep somebody's DDL waiting: it alerts and goes on, or ends and is tried again. */
    public enum OnBlockedDdl {
        WAIT,
        ABORT
    }

    public record Limits(
            @ConfigKey(value = "Connections that read at the same time.", fallback = "4", min = 1, max = 64)
            int readers,

            @ConfigKey(value = "Bytes read a second, all readers together; left out, unlimited.", example = "200MB")
            Optional<ByteSize> bytesPerSecond,

            @ConfigKey(value = "The level of zstd.", fallback = "1", min = 1, max = 19)
            int compression,

            @ConfigKey(value = "How long a backup waits for a lock.", fallback = "30s")
            Duration lockTimeout,

            @ConfigKey(
                    value =
                            "What a backup of PostgreSQL does when its locks keep somebody's DDL waiting: alert and go on, or end and be tried again.",
                    fallback = "wait")
            OnBlockedDdl onBlockedDdl,

            @ConfigKey(value = "How long that DDL may wait before anything is done.", fallback = "5s")
            Duration blockedDdlPatience) {}

    public record Checks(
            @ConfigKey("Children whose parent has to be there.")
            List<Orphans> orphans,

            @ConfigKey("Columns whose newest time has to be recent, by the backup's clock.")
            List<Fresh> fresh,

            @ConfigKey("Queries with the answer they have to give.")
            List<Sql> sql) {}

    public record Orphans(
            @ConfigKey(value = "The column that refers.", example = "tickets.client_id")
            ColumnName child,

            @ConfigKey(value = "The column it refers to.", example = "clients.id")
            ColumnName parent) {}

    public record Fresh(
            @ConfigKey(value = "A column of times.", example = "tickets.created_at")
            ColumnName column,

            @ConfigKey(value = "How old its newest may be.", example = "24h")
            Duration within) {}

    public record Sql(
            @ConfigKey(value = "What it asserts, for reports.", example = "paid invoices have payments")
            String name,

            @ConfigKey(
                    value = "A query with one row and one column, run on the restored copy.",
                    example = "select count(*) from t")
            String query,

            @ConfigKey(value = "The answer.", example = "0") ExpectedValue expect) {}

    public record Maintenance(
            @ConfigKey(
                    value = "Puts the application into maintenance mode.",
                    example = "{ webhook: \"https://portal.example/maintenance/on\" }")
            Step on,

            @ConfigKey(
                    value = "Takes it out again.",
                    example = "{ webhook: \"https://portal.example/maintenance/off\" }")
            Step off,

            @ConfigKey(
                    value = "How long the answer of a webhook, or the end of a command, is waited for.",
                    fallback = "30s")
            Duration timeout) {}

    public record Watch(
            @ConfigKey(name = "for", value = "How long, at most 7d.", fallback = "24h", example = "48h")
            Duration lasting,

            @ConfigKey(value = "How often it is looked at, at least every 10s.", fallback = "5m")
            Duration every) {}

    @ExactlyOneOf
    public record Step(
            @ConfigKey(
                    value = "Called with POST; any 2xx is a yes.",
                    example = "https://portal.example/api/maintenance")
            Optional<URI> webhook,

            @ConfigKey(
                    value = "A program and its arguments, run without a shell; exit code 0 is a yes.",
                    example = "[/usr/local/bin/maintenance, on]")
            Optional<List<String>> command) {}
}
