package io.holdfast.config;

import java.time.Duration;
import java.util.Optional;

/** Limits of the platform itself. {@code maxDuration < grace / 2} and {@code heartbeat <= lease / 2} hold. */
public record PlatformConfig(
        @ConfigKey(
                value = "The platform's name in messages to people, where several platforms notify the same channels.",
                example = "production-eu")
        Optional<String> name,

        @ConfigKey(value = "How long a worker owns a job without a sign of life.", fallback = "60s")
        Duration lease,

        @ConfigKey(value = "How often a worker gives a sign of life; at most half of lease.", fallback = "15s")
        Duration heartbeat,

        @ConfigKey(
                value =
                        "How long a backup may take before it gives up; less than half of grace, so that no chunk it reuses"
                                + " can be swept meanwhile.",
                fallback = "23h")
        Duration maxDuration,

        @ConfigKey(value = "How long after its tombstone a deleted backup's chunks stay.", fallback = "48h")
        Duration grace,

        @ConfigKey(
                value =
                        "How long the database that a restore replaced is kept, for a rollback in seconds; afterwards it is"
                                + " removed, and a rollback goes by the safety backup.",
                fallback = "48h")
        Duration hold,

        @ConfigKey(value = "How long a restore waits for its approval.", fallback = "24h")
        Duration approval,

        @ConfigKey(
                value = "How long a restore waits for the safety backup before it writes into a live database.",
                fallback = "1h")
        Duration safety,

        @ConfigKey(
                value =
                        "How often what deleted and unfinished backups left in the vault is removed, once its grace is over.",
                fallback = "1d")
        Duration sweepEvery,

        @ConfigKey(
                value =
                        "How often the catalog is compared with the vault and put right; it is at each start of backup-service, too.",
                fallback = "1h")
        Duration reconcileEvery,

        @ConfigKey(
                value =
                        "How long backups, verifications and restores that have not touched live data are tried again while the vault or the platform's database does not answer.",
                fallback = "1h")
        Duration retryFor) {}
