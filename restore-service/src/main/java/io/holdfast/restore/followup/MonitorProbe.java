package io.holdfast.restore.followup;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.maintenance.HealthProbe;
import io.holdfast.restore.maintenance.HealthResult;
import io.holdfast.restore.maintenance.MonitorPolicy;
import io.holdfast.restore.maintenance.MonitorSample;
import io.holdfast.restore.maintenance.MonitorState;
import io.holdfast.restore.plan.RestoreVaultProvider;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.transfer.compare.SourceCheckRunner;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One look at a restored database and its application. */
@ApplicationScoped
public class MonitorProbe {
    private static final int TABLES = 5;
    private static final Duration COUNTING = Duration.ofSeconds(30);
    private static final LoadOptions READING = new LoadOptions(1, false, false, "holdfast/watch");

    private final TargetRegistry targetRegistry;
    private final RestoreVaultProvider vaults;
    private final HealthProbe probe;
    private final InstantSource clock;

    MonitorProbe(TargetRegistry targetRegistry, RestoreVaultProvider vaults, HealthProbe probe, InstantSource clock) {
        this.targetRegistry = targetRegistry;
        this.vaults = vaults;
        this.probe = probe;
        this.clock = clock;
    }

    MonitorSample at(Restore restore) {
        Instant now = clock.instant();
        HealthResult health = targetRegistry
                .config(restore.source().name())
                .health()
                .map(probe::ask)
                .orElse(null);
        try {
            return new MonitorSample(now, health, null, rows(restore));
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() == FailureCode.CANCELLED) {
                throw holdfastException;
            }
            return new MonitorSample(now, health, holdfastException.reason().message(), Map.of());
        }
    }

    /** Whether the last look came to that: people were alerted then. */
    public boolean foundBad(Restore restore) {
        MonitorState monitorState = restore.account().watch();
        Instant last = monitorState == null ? null : monitorState.lastAt();
        return monitorState != null
                && last != null
                && monitorState.judge(policy(restore), last).bad();
    }

    MonitorPolicy policy(Restore restore) {
        return MonitorPolicy.of(targetRegistry.config(restore.source().name()).watch());
    }

    /** Of the largest tables, as they were in the backup. */
    private Map<String, Long> rows(Restore restore) {
        List<QualifiedName> largest = largest(restore);
        Map<String, Long> rows = new HashMap<>();
        if (restore.kind() == RestoreKind.OVERWRITE) {
            try (OverwritableDatabase database =
                    targetRegistry.overwritable(restore.source().name())) {
                database.rowCounts(largest).forEach((table, count) -> rows.put(table.toString(), count));
                return rows;
            }
        }
        try (TargetServer target = targetRegistry.of(restore.server());
                TargetDatabase database = target.open(restore.database(), READING)) {
            database.rowCounts(largest, COUNTING).forEach((table, count) -> rows.put(table.toString(), count));
        }
        return rows;
    }

    /** Without the vault the database can be looked at all the same. */
    private List<QualifiedName> largest(Restore restore) {
        if (restore.backupId() == null) {
            return List.of();
        }
        try {
            return SourceCheckRunner.largest(
                    vaults.open().manifest(restore.source().id(), RestoreRepository.planned(restore)), TABLES);
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() == FailureCode.CANCELLED) {
                throw holdfastException;
            }
            return List.of();
        }
    }
}
