package io.holdfast.backup.watch;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.health.DiskSpace;
import io.holdfast.eventing.runtime.JdbcTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Measures the free space of this replica's folder of temporary files each minute. Less than {@value #LEAST_PERCENT} % raises
 * an alert, which ends with the first measurement above it, or when the replica is gone.
 */
@ApplicationScoped
class DiskWatch {
    private static final Logger LOG = Logger.getLogger(DiskWatch.class);
    private static final String NAME = "disk-space";
    private static final int LEAST_PERCENT = 20;
    private static final int EVERY_SECONDS = 60;

    private final DataSource database;
    private final AlertBook alerts;
    private final String host = host();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("holdfast-disk-space").unstarted(task));

    DiskWatch(DataSource database, AlertBook alerts) {
        this.database = database;
        this.alerts = alerts;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    void start(@Observes StartupEvent ignored) {
        var unused = scheduler.scheduleWithFixedDelay(this::look, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent ignored) {
        scheduler.shutdownNow();
    }

    private void look() {
        try {
            record(DiskSpace.ofTemporaryFiles());
        } catch (RuntimeException e) { // the edge of a thread that must not end
            LOG.warnf("the free disk space is not recorded: %s", e.getMessage());
        }
    }

    /** Records a measurement of this replica, with its alert. */
    void record(DiskSpace space) {
        boolean unused = inTransaction(connection -> {
            DiskSpaceTable.record(connection, host, space);
            for (DiskSpaceTable.Measurement gone : DiskSpaceTable.forget(connection)) {
                alerts.resolve(connection, gone.alertKey());
            }
            return space.percentFree() < LEAST_PERCENT
                    ? alerts.raise(connection, low(space))
                    : alerts.resolve(connection, DiskSpaceTable.alertKey(host, space.folder()));
        });
    }

    /** The latest measurements of all replicas. */
    List<DiskSpaceTable.Measurement> all() {
        return inTransaction(DiskSpaceTable::all);
    }

    private AlertCondition low(DiskSpace space) {
        return new AlertCondition(
                DiskSpaceTable.alertKey(host, space.folder()),
                NAME,
                AlertEvent.Severity.WARNING,
                null,
                "folder " + space.folder() + " on " + host + ": " + space.percentFree() + " % of the disk is free ("
                        + space.free() / 1_000_000 + " MB); backups and proofs fail without space for temporary files."
                        + " Free some, or name a larger folder with -Djava.io.tmpdir",
                null);
    }

    private <T> T inTransaction(JdbcTransaction.Work<T> work) {
        try {
            return JdbcTransaction.run(database, work);
        } catch (SQLException e) {
            throw HoldfastException.of(FailureCode.INTERNAL, "cannot record the free disk space: " + e.getMessage(), e);
        }
    }
}
