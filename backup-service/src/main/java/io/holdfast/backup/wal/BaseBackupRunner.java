package io.holdfast.backup.wal;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.vault.Vault;
import io.holdfast.wal.BaseBackup;
import io.holdfast.wal.BaseBackups;
import io.holdfast.wal.WalArchive;
import io.holdfast.wal.WalRetention;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes base backups when they are due, one at a time, and removes WAL and base backups that no instant of the window
 * needs. The pieces of removed and interrupted base backups are deleted by a run after the grace period.
 */
final class BaseBackupRunner implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BaseBackupRunner.class);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);
    private static final Duration AFTER_BASE = Duration.ofMinutes(15);
    private static final Duration DAILY = Duration.ofDays(1);

    private final ProtectedSource source;
    private final SourceId id;
    private final SourceConfig.Wal wal;
    private final Vault vault;
    private final WalArchiveTable table;
    private final InstantSource clock;
    private final WalServer server;
    private final WalServer.State state;
    private final ExecutorService thread;
    private @Nullable Future<?> running;
    private volatile Instant next = Instant.EPOCH;
    private Instant removed = Instant.EPOCH;

    BaseBackupRunner(
            ProtectedSource source,
            SourceConfig.Wal wal,
            Vault vault,
            WalArchiveTable table,
            InstantSource clock,
            WalServer server,
            WalServer.State state) {
        this.source = source;
        this.id = source.ref().id();
        this.wal = wal;
        this.vault = vault;
        this.table = table;
        this.clock = clock;
        this.server = server;
        this.state = state;
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("base-backup-" + source.ref().name()).factory());
    }

    /** Begins a base backup if one is due, or else the daily retention; returns at once. */
    void look(List<BaseBackup> bases, boolean current, Instant now) {
        Future<?> before = running;
        if ((before != null && !before.isDone()) || now.isBefore(next)) {
            return;
        }
        Instant newest = bases.isEmpty() ? null : bases.getLast().startedAt();
        if (BaseBackupSchedule.due(
                newest, current, wal.baseBackups(), source.config().schedule().timezone(), now)) {
            removed = now;
            running = thread.submit(this::take);
        } else if (!now.isBefore(removed.plus(DAILY))) {
            removed = now;
            running = thread.submit(this::retain);
        }
    }

    private void take() {
        try {
            SourceConnector connector = new SourceConnector(source.ref().name(), source.config());
            BaseBackup taken = new BaseBackups(vault, id)
                    .take(
                            PostgresTools.find(null),
                            BaseBackups.Server.of(connector.physical(), connector.credentials(), server, state),
                            state.systemIdentifier());
            LOG.infof(
                    "source %s: base backup %s of %d files is equal to PostgreSQL's manifest; of its %d bytes the vault had"
                            + " %d already",
                    source.ref().name(),
                    taken.id(),
                    taken.files(),
                    taken.tarBytes(),
                    taken.pieces().reusedBytes());
            next = clock.instant().plus(AFTER_BASE);
            table.base(id, null);
        } catch (RuntimeException e) { // the edge of a thread: the table and the alert report it
            failed("base backup", e);
        }
        if (!thread.isShutdown()) {
            retain(); // also after a failure, or what failed ones have stored would accumulate
        }
    }

    private void retain() {
        try {
            BaseBackups bases = new BaseBackups(vault, id);
            String system = state.systemIdentifier();
            WalArchive archive = WalArchive.of(vault, id, system);
            WalRetention gone = WalRetention.of(
                    bases.list(system),
                    archive.index(),
                    wal.window(),
                    server.state().now());
            gone.apply(bases, archive);
            if (!gone.bases().isEmpty()) {
                LOG.infof(
                        "source %s: %d base backups and %d WAL segments before the window are removed",
                        source.ref().name(),
                        gone.bases().size(),
                        gone.segments().size());
            }
            int pieces = bases.sweep(system);
            LOG.debugf(
                    "source %s: %d pieces of former base backups are deleted",
                    source.ref().name(), pieces);
        } catch (RuntimeException e) { // the edge of a thread: the next run removes it
            LOG.warnf(
                    "source %s: not all old WAL and base backups are removed: %s",
                    source.ref().name(), e.getMessage());
        }
    }

    private void failed(String what, RuntimeException e) {
        if (Thread.currentThread().isInterrupted() || thread.isShutdown()) {
            return;
        }
        boolean tooLong = e instanceof HoldfastException failure && failure.code() == FailureCode.MAX_DURATION_EXCEEDED;
        next = clock.instant().plus(tooLong ? DAILY : AFTER_FAILURE);
        LOG.warnf("source %s: %s failed: %s", source.ref().name(), what, e.getMessage());
        table.base(id, String.valueOf(e.getMessage()));
    }

    /** Interrupts a running base backup; the next lease takes it again. */
    @Override
    public void close() {
        thread.shutdownNow();
        boolean interrupted = Thread.interrupted();
        try {
            boolean unused = thread.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
