package io.holdfast.backup.wal;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.config.ConfigChange;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ensures that each archived source has a job; raises and ends the alerts of archives. One replica does a round. */
@Singleton
class WalArchiveWatch extends RecurringJob {
    private final RecurringJobStore jobs;
    private final SourceRegistry sources;
    private final WalArchiveTable table;
    private final AlertBook alerts;
    private final InstantSource clock;
    private final LiveConfig config;

    WalArchiveWatch(
            RecurringJobStore jobs,
            SourceRegistry sources,
            WalArchiveTable table,
            AlertBook alerts,
            InstantSource clock,
            LiveConfig config) {
        super(jobs);
        this.jobs = jobs;
        this.sources = sources;
        this.table = table;
        this.alerts = alerts;
        this.clock = clock;
        this.config = config;
    }

    @Override
    public String kind() {
        return "wal-archives";
    }

    @Override
    protected Duration every() {
        return config.current().platform().checkEvery();
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    /** A source whose archive was switched on or off does not wait for the next round. */
    void changed(@Observes ConfigChange ignored) {
        begin();
    }

    @Override
    protected void round(Lease lease) {
        Map<SourceId, WalArchiveRow> rows = new HashMap<>();
        table.all().forEach(row -> rows.put(row.source(), row));
        Set<SourceId> wanted = new HashSet<>(rows.keySet());
        sources.all().stream()
                .filter(source -> WalSettings.of(source).isPresent())
                .forEach(source -> wanted.add(source.ref().id()));
        for (SourceId source : wanted) {
            jobs.keep(WalArchiveJob.KIND, source.toString());
        }
        lease.ensureHeld();
        Set<String> raised = new HashSet<>();
        for (AlertCondition condition : conditions(rows)) {
            alerts.raise(condition);
            raised.add(condition.key());
        }
        alerts.open().stream()
                .filter(alert -> WalAlerts.ALL.contains(alert.name()))
                .map(AlertCondition::key)
                .filter(key -> !raised.contains(key))
                .forEach(alerts::resolve);
    }

    private List<AlertCondition> conditions(Map<SourceId, WalArchiveRow> rows) {
        Instant now = clock.instant();
        List<AlertCondition> found = new ArrayList<>();
        for (ProtectedSource source : sources.all()) {
            WalArchiveRow row = rows.get(source.ref().id());
            if (row != null) {
                found.addAll(WalSettings.of(source)
                        .map(wal -> WalAlerts.of(source, wal, row, now))
                        .orElseGet(() -> WalAlerts.ofEnded(source, row)));
            }
        }
        for (RetiredSource source : sources.retired()) {
            WalArchiveRow row = rows.get(source.ref().id());
            if (row != null) {
                found.addAll(WalAlerts.ofRetired(source, row, now));
            }
        }
        return found;
    }
}
