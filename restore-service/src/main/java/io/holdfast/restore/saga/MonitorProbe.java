package io.holdfast.restore.saga;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.restore.maintenance.HealthProbe;
import io.holdfast.restore.maintenance.HealthResult;
import io.holdfast.restore.maintenance.MonitorPolicy;
import io.holdfast.restore.maintenance.MonitorSample;
import io.holdfast.restore.maintenance.MonitorState;
import io.holdfast.restore.plan.RestoreVaultProvider;
import io.holdfast.transfer.SourceCheckRunner;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One look at a restored database and its application. */
@ApplicationScoped
class MonitorProbe {
    private static final int TABLES = 5;
    private static final Duration COUNTING = Duration.ofSeconds(30);
    private static final LoadOptions READING = new LoadOptions(1, false, false, "holdfast/watch");

    private final TargetRegistry targets;
    private final RestoreVaultProvider vaults;
    private final HealthProbe probe;
    private final InstantSource clock;

    MonitorProbe(TargetRegistry targets, RestoreVaultProvider vaults, HealthProbe probe, InstantSource clock) {
        this.targets = targets;
        this.vaults = vaults;
        this.probe = probe;
        this.clock = clock;
    }

    MonitorSample at(Restore restore) {
        Instant now = clock.instant();
        HealthResult health =
                targets.config(restore.source().name()).health().map(probe::ask).orElse(null);
        try {
            return new MonitorSample(now, health, null, rows(restore));
        } catch (HoldfastException failure) {
            if (failure.code() == FailureCode.CANCELLED) {
                throw failure;
            }
            return new MonitorSample(now, health, failure.reason().message(), Map.of());
        }
    }

    /** Whether the last look came to that: people were alerted then. */
    boolean foundBad(Restore restore) {
        MonitorState watch = restore.account().watch();
        Instant last = watch == null ? null : watch.lastAt();
        return watch != null
                && last != null
                && watch.judge(policy(restore), last).bad();
    }

    MonitorPolicy policy(Restore restore) {
        return MonitorPolicy.of(targets.config(restore.source().name()).watch());
    }

    /** Of the largest tables, as they were in the backup. */
    private Map<String, Long> rows(Restore restore) {
        List<QualifiedName> largest = largest(restore);
        Map<String, Long> rows = new HashMap<>();
        try (TargetServer target = targets.of(restore.server());
                TargetDatabase database = target.open(restore.database(), READING)) {
            database.rowCounts(largest, COUNTING).forEach((table, count) -> rows.put(table.toString(), count));
        }
        return rows;
    }

    /** Without the vault the database can be looked at all the same. */
    private List<QualifiedName> largest(Restore restore) {
        try {
            return SourceCheckRunner.largest(
                    vaults.open().manifest(restore.source().id(), RestoreRepository.planned(restore)), TABLES);
        } catch (HoldfastException failure) {
            if (failure.code() == FailureCode.CANCELLED) {
                throw failure;
            }
            return List.of();
        }
    }
}
