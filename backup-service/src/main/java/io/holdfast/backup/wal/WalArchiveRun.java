package io.holdfast.backup.wal;

import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.vault.Vault;
import io.holdfast.wal.BaseBackup;
import io.holdfast.wal.BaseBackups;
import io.holdfast.wal.RecoveryProofs;
import io.holdfast.wal.WalArchive;
import io.holdfast.wal.WalArchiver;
import io.holdfast.wal.WalIndex;
import io.holdfast.wal.WalWindows;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Archives one source under one lease: a thread archives WAL, another takes base backups; a table has their state. */
final class WalArchiveRun {
    private static final Logger LOG = Logger.getLogger(WalArchiveRun.class);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final ProtectedSource source;
    private final SourceId id;
    private final SourceConfig.Wal wal;
    private final Vault vault;
    private final WalArchiveTable table;
    private final InstantSource clock;
    private final BooleanSupplier unchanged;
    private final SourceConnector connector;
    private final WalServer server;
    private volatile @Nullable Throwable ended;
    private Instant looked = Instant.EPOCH;
    private Instant shipped = Instant.EPOCH;

    /** @param unchanged whether the source's settings are still these */
    WalArchiveRun(
            ProtectedSource source,
            SourceConfig.Wal wal,
            Vault vault,
            WalArchiveTable table,
            InstantSource clock,
            BooleanSupplier unchanged) {
        this.source = source;
        this.id = source.ref().id();
        this.wal = wal;
        this.vault = vault;
        this.table = table;
        this.clock = clock;
        this.unchanged = unchanged;
        this.connector = new SourceConnector(source.ref().name(), source.config());
        this.server = new WalServer(connector.physical(), connector.credentials());
    }

    /**
     * Returns when the settings changed.
     *
     * @throws HoldfastException LEASE_LOST; SOURCE_* if the server cannot be archived; WAL_CONFLICT, TOOL_MISSING
     */
    void run(Lease lease) throws InterruptedException {
        String slot = WalSettings.slot(source, wal);
        WalServer.State state = server.state();
        table.begun(source.ref(), slot, state.systemIdentifier());
        refuseUnsuitable(state);
        refuseSpoolInMemory();
        WalArchive archive = WalArchive.of(vault, id, state.systemIdentifier());
        WalArchiver archiver = new WalArchiver(options(state, slot), archive, clock);
        Thread archiving =
                Thread.ofPlatform().name("wal-archive-" + source.ref().name()).start(() -> archive(archiver));
        try (BaseBackupRunner bases = new BaseBackupRunner(source, wal, vault, table, clock, server, state)) {
            LOG.infof("source %s: its WAL is archived by slot %s", source.ref().name(), slot);
            while (unchanged.getAsBoolean()) {
                lease.ensureHeld();
                refuseEnded(archiving);
                look(archiver, bases, state, slot);
                TimeUnit.MILLISECONDS.sleep(500);
            }
        } finally {
            archiver.close();
            await(archiving);
        }
    }

    private void refuseUnsuitable(WalServer.State state) {
        if (state.walLevel().equals("minimal")) {
            throw HoldfastException.about(
                    source.ref().name(),
                    FailureCode.SOURCE_UNSUPPORTED,
                    "source \"" + source.ref().name()
                            + "\": its server cannot be archived: wal_level is minimal; set it to"
                            + " replica and restart the server");
        }
    }

    /** A spool in memory does not keep what pg_receivewal confirms as fsynced. */
    private void refuseSpoolInMemory() {
        if (wal.spool().isEmpty() && WalSettings.defaultSpoolIsInMemory()) {
            throw HoldfastException.about(
                    source.ref().name(),
                    FailureCode.CONFIG_INVALID,
                    "source \"" + source.ref().name() + "\": the default spool of its WAL is in memory (tmpfs) on this"
                            + " machine and would lose confirmed WAL; set wal.spool to a directory on a disk");
        }
    }

    private WalArchiver.Options options(WalServer.State state, String slot) {
        return new WalArchiver.Options(
                connector.physical(),
                connector.credentials(),
                PostgresTools.find(null),
                state.major(),
                slot,
                WalSettings.spool(id, Optional.of(wal), state.systemIdentifier()),
                Math.max(wal.spoolLimit().bytes(), 4L * state.segmentBytes()),
                wal.ship());
    }

    private void archive(WalArchiver archiver) {
        try {
            archiver.run();
        } catch (RuntimeException e) { // the edge of a thread: the job's thread reports it
            ended = e;
        }
    }

    private void refuseEnded(Thread archiving) {
        if (archiving.isAlive()) {
            return;
        }
        Throwable why = ended;
        if (why instanceof HoldfastException failure) {
            throw new HoldfastException(failure.reason(), failure);
        }
        throw HoldfastException.of(
                FailureCode.INTERNAL,
                "source \"" + source.ref().name() + "\": its archiver ended",
                why == null ? new IllegalStateException("without a failure") : why);
    }

    private void look(WalArchiver archiver, BaseBackupRunner bases, WalServer.State began, String slot) {
        Instant now = clock.instant();
        if (now.isBefore(looked.plus(wal.ship().compareTo(LOOK) < 0 ? wal.ship() : LOOK))) {
            return;
        }
        looked = now;
        table.archived(id, archiver.status());
        WalServer.State state;
        WalServer.Slot found;
        try {
            state = server.state();
            found = server.slot(slot).orElse(null);
        } catch (HoldfastException e) {
            LOG.debugf("source %s: %s", source.ref().name(), e.getMessage()); // the archiver's status has the reason
            return;
        }
        refuseAnother(began, state);
        if (found != null) {
            table.slot(id, found, state.keepMebibytes() >= 0);
        }
        if (!now.isBefore(shipped.plus(wal.ship()))) {
            shipped = now;
            heartbeat(state);
            if (found != null && (found.restartLsn() != null || found.lost())) {
                windows(bases, state, now);
            }
        }
    }

    /** A cluster that was initialised again at the same address has a separate archive. */
    private void refuseAnother(WalServer.State began, WalServer.State state) {
        if (!state.systemIdentifier().equals(began.systemIdentifier())) {
            throw HoldfastException.about(
                    source.ref().name(),
                    FailureCode.SOURCE_CHANGED,
                    "source \"" + source.ref().name() + "\": the system identifier of its server has changed to "
                            + state.systemIdentifier() + "; its WAL is archived separately");
        }
    }

    /** An idle server commits nothing, so that its window would end at its last commit. */
    private void heartbeat(WalServer.State state) {
        if (state.standby()) {
            return;
        }
        try {
            server.commitHeartbeat();
        } catch (HoldfastException e) {
            LOG.debugf(
                    "source %s: the end of its window does not move: %s",
                    source.ref().name(), e.getMessage());
        }
    }

    private void windows(BaseBackupRunner runner, WalServer.State state, Instant now) {
        try {
            List<BaseBackup> bases = new BaseBackups(vault, id).list(state.systemIdentifier());
            WalIndex index = WalArchive.of(vault, id, state.systemIdentifier()).index();
            boolean current = WalWindows.reachPresent(bases, index);
            table.windows(id, WalWindows.of(bases, index), current, now);
            table.proofs(
                    id, RecoveryProofs.of(vault, id, state.systemIdentifier()).list());
            runner.look(bases, current && haveTablespaces(bases, state), now);
        } catch (HoldfastException e) {
            if (e.code() == FailureCode.CANCELLED) {
                return; // the lease ended
            }
            LOG.warnf(
                    "source %s: its windows cannot be determined: %s",
                    source.ref().name(), e.getMessage());
        }
    }

    /** The WAL that creates a tablespace is not replayed, so later points need a base backup that has it. */
    private static boolean haveTablespaces(List<BaseBackup> bases, WalServer.State state) {
        return !bases.isEmpty() && bases.getLast().pieces().tablespaces().containsAll(state.tablespaces());
    }

    /** Waits also if this thread is interrupted: the archiver of the next lease needs the spool. */
    private static void await(Thread archiving) {
        boolean interrupted = Thread.interrupted();
        try {
            if (!archiving.join(STOP)) {
                LOG.warn("the WAL archiver does not end; the next one waits for its spool");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
