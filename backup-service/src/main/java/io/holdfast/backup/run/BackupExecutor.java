package io.holdfast.backup.run;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupSummary;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.config.EngineType;
import io.holdfast.config.SourceConfig;
import io.holdfast.config.TableName;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.progress.ProgressReporter;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.access.SqliteFolders;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.BackupSession;
import io.holdfast.transfer.increment.IncrementBase;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.write.WriteOptions;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/** One run: from the open vault and the open snapshot to the committed manifest. */
@ApplicationScoped
class BackupExecutor {
    private static final Logger LOG = Logger.getLogger(BackupExecutor.class);

    private final LiveConfig live;
    private final SourceRegistry sourceRegistry;
    private final PinnedVault vaults;
    private final ProgressReporter progressReporter;
    private final BackupRepository backupRepository;
    private final MeterRegistry meters;
    private final IncrementAlerts incrementAlerts;
    private final InstantSource clock;

    BackupExecutor(
            LiveConfig live,
            SourceRegistry sourceRegistry,
            PinnedVault vaults,
            ProgressReporter progressReporter,
            BackupRepository backupRepository,
            MeterRegistry meters,
            IncrementAlerts incrementAlerts,
            InstantSource clock) {
        this.live = live;
        this.sourceRegistry = sourceRegistry;
        this.vaults = vaults;
        this.progressReporter = progressReporter;
        this.backupRepository = backupRepository;
        this.meters = meters;
        this.incrementAlerts = incrementAlerts;
        this.clock = clock;
    }

    BackupSummary of(Backup backup, Lease lease) {
        ProtectedSource source = sourceRegistry.of(backup.source());
        Vault vault = vaults.open();
        Optional<BackupSummary> there = find(backup, vault);
        if (there.isPresent()) {
            return there.get();
        }
        lease.ensureHeld();
        return summary(backup, vault, capture(backup, source, vault, lease));
    }

    /** What the vault holds of it, if its manifest was committed. */
    Optional<BackupSummary> find(Backup backup) {
        return find(backup, vaults.open());
    }

    private Optional<BackupSummary> find(Backup backup, Vault vault) {
        SourceId source = backup.source().id();
        return vault.backups(source).contains(backup.id())
                ? Optional.of(summary(backup, vault, vault.manifest(source, backup.id())))
                : Optional.empty();
    }

    /** Marks other backups and raises alerts before the backup is recorded: a worker that dies between leaves all to the next. */
    private BackupSummary summary(Backup backup, Vault vault, Manifest manifest) {
        incrementAlerts.of(backup.source(), vault, manifest);
        return BackupSummary.of(manifest);
    }

    private Manifest capture(Backup backup, ProtectedSource source, Vault vault, Lease lease) {
        SourceConnector own = new SourceConnector(source.ref().name(), source.config());
        String putAside = backup.putAside();
        if (putAside != null) {
            return capture(backup, source, own.putAside(putAside), vault, lease, 1);
        }
        if (backup.onlyTables().isEmpty()) {
            return capture(
                    backup, source, own, vault, lease, source.config().limits().readAllEvery());
        }
        List<TableName> tables =
                backup.onlyTables().stream().map(TableName::parse).toList();
        try {
            return capture(backup, source, own.only(tables), vault, lease, 1);
        } catch (HoldfastException e) {
            switch (e.code()) {
                case CONFIG_INVALID, SOURCE_PERMISSION_DENIED, TOOL_FAILED -> lease.ensureHeld();
                default -> throw e;
            }
            LOG.infof(
                    "backup %s is of the whole scope, as it cannot be of single tables: %s",
                    backup.id(), e.getMessage());
            return capture(backup, source, own, vault, lease, 1);
        }
    }

    /** @param readAllEvery of so many backups in a row, one reads all rows; 1: each */
    private Manifest capture(
            Backup backup, ProtectedSource source, SourceConnector access, Vault vault, Lease lease, int readAllEvery) {
        boolean increments = readAllEvery > 1 && source.config().engine() != EngineType.D1;
        SnapshotOptions options = access.options(
                        "holdfast/backup " + backup.id(), who -> ddlWaits(backup, source, lease, who))
                .withChangeRange(increments ? SnapshotOptions.CHANGE_RANGE : 0)
                .withPosition(
                        source.config().wal().filter(SourceConfig.Wal::enabled).isPresent());
        IncrementBase base = increments
                ? IncrementBase.find(vault, backup.source().id(), readAllEvery).orElse(null)
                : null;
        BackupMetadata backupMetadata = new BackupMetadata(
                source.ref().name(), backup.kind(), backup.labels(), access.scope(), clock.instant());
        try (BackupSession ends = BackupSession.open(
                () -> access.database(SqliteFolders.of(live.current())).open(options),
                () -> vault.write(backup.source().id(), backup.id(), writing(source)))) {
            return ends.capture(options.readers(), backupMetadata, telling(backup), base);
        }
    }

    /** On a thread of the snapshot's. A backup that gives way needs no alert: it is tried again, and fails if it must. */
    private void ddlWaits(Backup backup, ProtectedSource source, Lease lease, String who) {
        SourceConfig.OnBlockedDdl how = source.config().limits().onBlockedDdl();
        LOG.warnf("backup %s of %s: %s", backup.id(), source.ref().name(), who);
        meters.counter(
                        "holdfast.ddl.blocked",
                        "source",
                        source.ref().name(),
                        "did",
                        how.name().toLowerCase(Locale.ROOT))
                .increment();
        if (how == SourceConfig.OnBlockedDdl.WAIT) {
            lease.commit(session -> backupRepository.ddlWaits(session, backup.id(), who));
        }
    }

    private WriteOptions writing(ProtectedSource source) {
        return WriteOptions.STANDARD
                .compression(source.config().limits().compression())
                .maxDuration(live.current().platform().maxDuration());
    }

    private TransferListener telling(Backup backup) {
        return (phase, bytes, total, rows) -> progressReporter.report(new JobProgressed(
                JobProgressed.Kind.BACKUP,
                backup.id().toString(),
                backup.source(),
                phase.name().toLowerCase(Locale.ROOT),
                bytes,
                total > 0 ? total : null,
                rows,
                clock.instant()));
    }
}
