package io.holdfast.config;

import java.time.Duration;
import java.util.Optional;

/** Limits of the platform itself. {@code maxDuration < grace / 2} and {@code heartbeat <= lease / 2} hold. */
public record PlatformConfig(
        @ConfigKey(
                value = "Name of the platform in notifications, for channels that several platforms use.",
                example = "production-eu")
        Optional<String> name,

        @ConfigKey(value = "Duration of a job's lease, after which another worker takes the job.", fallback = "60s")
        Duration lease,

        @ConfigKey(value = "Interval of lease renewals; at most half of lease.", fallback = "15s")
        Duration heartbeat,

        @ConfigKey(
                value = "Maximum duration of a backup; less than half of grace, so that no reused chunk can be swept.",
                fallback = "23h")
        Duration maxDuration,

        @ConfigKey(value = "Time between the deletion of a backup and the removal of its chunks.", fallback = "48h")
        Duration grace,

        @ConfigKey(
                value =
                        "Retention of a replaced database. During it a rollback takes seconds, later it uses the safety backup.",
                fallback = "48h")
        Duration hold,

        @ConfigKey(value = "Time after which a restore without approval expires.", fallback = "24h")
        Duration approval,

        @ConfigKey(value = "Maximum wait for a safety backup before an in-place write.", fallback = "1h")
        Duration safety,

        @ConfigKey(
                value =
                        "Interval between sweeps, which remove the chunks of deleted and unfinished backups after the grace period.",
                fallback = "1d")
        Duration sweepEvery,

        @ConfigKey(
                value =
                        "Interval between reconciliations of the catalog with the vault; one also runs at each start of backup-service.",
                fallback = "1h")
        Duration reconcileEvery,

        @ConfigKey(
                value =
                        "Duration of retries while the vault or the platform's database is unreachable. Applies to backups, verifications, and restores that have not changed live data.",
                fallback = "1h")
        Duration retryFor,

        @ConfigKey(value = "Backups that one backup-service runs at a time.", fallback = "2", min = 1, max = 64)
        int backups,

        @ConfigKey(
                value = "Backups that run at a time on one database server, by all replicas together.",
                fallback = "2",
                min = 1,
                max = 64)
        int backupsPerHost,

        @ConfigKey(
                value = "Backups that run at a time into the vault, by all replicas together.",
                fallback = "8",
                min = 1,
                max = 256)
        int backupsPerVault,

        @ConfigKey(value = "Interval between checks of each source and of the vault.", fallback = "1m")
        Duration checkEvery) {}
