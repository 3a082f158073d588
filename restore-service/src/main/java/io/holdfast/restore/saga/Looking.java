package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.Target;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.restore.maintenance.HealthProbe;
import io.holdfast.restore.maintenance.HealthResult;
import io.holdfast.restore.maintenance.Watch;
import io.holdfast.restore.maintenance.WatchPolicy;
import io.holdfast.restore.maintenance.WatchSample;
import io.holdfast.restore.plan.RestoreVault;
import io.holdfast.transfer.SourceChecks;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One look at a restored database and its application. */
@ApplicationScoped
class Looking {
    private static final int TABLES = 5;
    private static final Duration COUNTING = Duration.ofSeconds(30);
    private static final LoadOptions READING = new LoadOptions(1, false, false, "holdfast/watch");

    private final Targets targets;
    private final RestoreVault vaults;
    private final HealthProbe probe;
    private final InstantSource clock;

    Looking(Targets targets, RestoreVault vaults, HealthProbe probe, InstantSource clock) {
        this.targets = targets;
        this.vaults = vaults;
        this.probe = probe;
        this.clock = clock;
    }

    WatchSample at(Restore restore) {
        Instant now = clock.instant();
        HealthResult health =
                targets.config(restore.source().name()).health().map(probe::ask).orElse(null);
        try {
            return new WatchSample(now, health, null, rows(restore));
        } catch (Failure failure) {
            if (failure.code() == FailureCode.CANCELLED) {
                throw failure;
            }
            return new WatchSample(now, health, failure.reason().message(), Map.of());
        }
    }

    /** Whether the last look came to that: people were alerted then. */
    boolean foundBad(Restore restore) {
        Watch watch = restore.account().watch();
        Instant last = watch == null ? null : watch.lastAt();
        return watch != null
                && last != null
                && watch.judge(policy(restore), last).bad();
    }

    WatchPolicy policy(Restore restore) {
        return WatchPolicy.of(targets.config(restore.source().name()).watch());
    }

    /** Of the largest tables, as they were in the backup. */
    private Map<String, Long> rows(Restore restore) {
        List<QualifiedName> largest = largest(restore);
        Map<String, Long> rows = new HashMap<>();
        try (Target target = targets.of(restore.server());
                TargetDatabase database = target.open(restore.database(), READING)) {
            database.rowCounts(largest, COUNTING).forEach((table, count) -> rows.put(table.toString(), count));
        }
        return rows;
    }

    /** Without the vault the database can be looked at all the same. */
    private List<QualifiedName> largest(Restore restore) {
        try {
            return SourceChecks.largest(
                    vaults.open().manifest(restore.source().id(), Restores.planned(restore)), TABLES);
        } catch (Failure failure) {
            if (failure.code() == FailureCode.CANCELLED) {
                throw failure;
            }
            return List.of();
        }
    }
}
