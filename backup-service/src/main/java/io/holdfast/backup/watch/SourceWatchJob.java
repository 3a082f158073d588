package io.holdfast.backup.watch;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.SourceCheck;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.eventing.runtime.JdbcTransaction;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.access.SqliteFolders;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Checks each source at start and each minute: reachable, version, tools, rights. One replica does a round; a source whose
 * last two checks failed raises an alert, and one passed check ends it.
 */
@Singleton
class SourceWatchJob extends RecurringJob {
    private static final Logger LOG = Logger.getLogger(SourceWatchJob.class);
    private static final String DOWN = "source-down";
    private static final Set<String> WATCHED = Set.of(DOWN, RecoveryPointAlerts.PAUSED, SizeAlerts.NAME);
    private static final int AT_ONCE = 8;
    private static final Duration LONGEST_SPREAD = Duration.ofSeconds(10);

    private final SourceRegistry sources;
    private final SourceCheckTable checks;
    private final RecoveryPointAlerts recoveryPoints;
    private final SizeAlerts sizes;
    private final FailedAuthenticationAlert authentications;
    private final AlertBook alerts;
    private final DataSource database;
    private final InstantSource clock;
    private final LiveConfig config;
    private boolean first = true;

    SourceWatchJob(
            RecurringJobStore jobs,
            SourceRegistry sources,
            SourceCheckTable checks,
            RecoveryPointAlerts recoveryPoints,
            SizeAlerts sizes,
            FailedAuthenticationAlert authentications,
            AlertBook alerts,
            DataSource database,
            InstantSource clock,
            LiveConfig config) {
        super(jobs);
        this.sources = sources;
        this.checks = checks;
        this.recoveryPoints = recoveryPoints;
        this.sizes = sizes;
        this.authentications = authentications;
        this.alerts = alerts;
        this.database = database;
        this.clock = clock;
        this.config = config;
    }

    @Override
    public String kind() {
        return "source-checks";
    }

    @Override
    protected Duration every() {
        return config.current().platform().checkEvery();
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    @Override
    protected void round(Lease lease) {
        Semaphore free = new Semaphore(AT_ONCE);
        long spread = first ? 1 : Math.min(every().toMillis() / 4, LONGEST_SPREAD.toMillis()) + 1;
        first = false;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ProtectedSource source : sources.all()) {
                var unused = threads.submit(
                        () -> check(source, free, ThreadLocalRandom.current().nextLong(spread), lease));
            }
        }
        lease.ensureHeld();
        endAlertsOfFormerSources();
        recoveryPoints.look();
        sizes.look();
        authentications.look();
    }

    /** A retired source is not checked any more, and nothing happens under the former name of a renamed one. */
    private void endAlertsOfFormerSources() {
        Set<String> configured = names(sources.all().stream().map(ProtectedSource::ref));
        Set<String> retired = names(sources.retired().stream().map(RetiredSource::ref));
        for (AlertCondition alert : alerts.open()) {
            SourceRef source = alert.source();
            if (source != null && !configured.contains(source.name())) {
                boolean ended = WATCHED.contains(alert.name()) || !retired.contains(source.name());
                if (ended) {
                    alerts.resolve(alert.key());
                }
            }
        }
    }

    private static Set<String> names(Stream<SourceRef> references) {
        return references.map(SourceRef::name).collect(Collectors.toSet());
    }

    private void check(ProtectedSource source, Semaphore free, long delayMillis, Lease lease) {
        try {
            Thread.sleep(delayMillis);
            free.acquire();
            try {
                lease.ensureHeld();
                record(source, look(source));
            } finally {
                free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | RuntimeException e) { // the edge of a thread: the next round checks again
            LOG.warnf(
                    e,
                    "source %s: the result of its check is not recorded",
                    source.ref().name());
        }
    }

    private SourceCheckResult look(ProtectedSource source) {
        Instant at = clock.instant();
        try {
            SourceConnector connector = new SourceConnector(source.ref().name(), source.config());
            SourceCheck check =
                    connector.database(SqliteFolders.of(config.current())).check(connector.scope());
            return new SourceCheckResult(at, true, check.latency().toNanos() / 1e6, check.serverVersion(), null);
        } catch (HoldfastException e) {
            return new SourceCheckResult(at, false, null, null, e.reason());
        } catch (RuntimeException e) { // such as a driver's fault: the source is not usable, and the round goes on
            LOG.warnf(e, "source %s cannot be checked", source.ref().name());
            return new SourceCheckResult(
                    at, false, null, null, FailureReason.of(FailureCode.INTERNAL, String.valueOf(e.getMessage())));
        }
    }

    private void record(ProtectedSource source, SourceCheckResult check) throws SQLException {
        String key = DOWN + "/" + source.ref().name();
        boolean unused = JdbcTransaction.run(database, connection -> {
            List<SourceCheckResult> newest =
                    checks.record(connection, source.ref().id(), check);
            if (check.ok()) {
                return alerts.resolve(connection, key);
            }
            boolean twice = newest.size() == 2 && newest.stream().noneMatch(SourceCheckResult::ok);
            return twice && alerts.raise(connection, down(source, key, check));
        });
    }

    private static AlertCondition down(ProtectedSource source, String key, SourceCheckResult check) {
        FailureReason reason = check.reason() == null
                ? FailureReason.of(FailureCode.INTERNAL, "the reason was not recorded")
                : check.reason();
        boolean host = reason.code() == FailureCode.SOURCE_UNREACHABLE;
        String cause = host ? "host " + new SourceConnector(source.ref().name(), source.config()).place() : null;
        return new AlertCondition(
                key,
                DOWN,
                AlertEvent.Severity.CRITICAL,
                source.ref(),
                "source \"" + source.ref().name() + "\": a backup would fail now: " + reason.message() + " ["
                        + reason.code() + "]",
                cause);
    }
}
