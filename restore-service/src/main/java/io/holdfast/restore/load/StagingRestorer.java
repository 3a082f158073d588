package io.holdfast.restore.load;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.Finding;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RestoredTotals;
import io.holdfast.restore.domain.TableComparisons;
import io.holdfast.restore.plan.RestorePreflight;
import io.holdfast.restore.targets.RestoreDataChecks;
import io.holdfast.restore.targets.RestoreProgress;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Loads a backup into a database beside the live one and compares it with the backup. Touches nothing that anybody uses. */
@ApplicationScoped
class StagingRestorer {
    private static final Logger LOG = Logger.getLogger(StagingRestorer.class);

    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final RestoreDataChecks restoreDataChecks;
    private final RestoreProgress restoreProgress;

    StagingRestorer(
            RestoreRepository restoreRepository,
            TargetRegistry targetRegistry,
            RestoreDataChecks restoreDataChecks,
            RestoreProgress restoreProgress) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.restoreDataChecks = restoreDataChecks;
        this.restoreProgress = restoreProgress;
    }

    /**
     * A copy that was found equal.
     *
     * @param staging its name for now
     * @param oid which it keeps
     */
    record Copy(String staging, long oid, RestoredTotals restored, List<CheckResult> checks) {}

    Copy make(Restore restore, Lease lease, Vault vault, Manifest manifest, RestorePreflight.Fit fit) {
        try (TargetServer target = targetRegistry.of(restore.server())) {
            return new Work(restore, lease, target, fit).load(vault, manifest);
        }
    }

    private final class Work {
        private final Restore restore;
        private final Lease lease;
        private final TargetServer target;
        private final RestorePreflight.Fit fit;
        private final String staging;

        Work(Restore restore, Lease lease, TargetServer target, RestorePreflight.Fit fit) {
            this.restore = restore;
            this.lease = lease;
            this.target = target;
            this.fit = fit;
            this.staging = Restore.stagingName(restore.id(), lease.epoch());
        }

        Copy load(Vault vault, Manifest manifest) {
            lease.commit(session -> restoreRepository.loading(session, restore.id(), lease.epoch()));
            restore.stagingNamesBefore(lease.epoch()).forEach(target::drop);
            try {
                target.create(staging, fit.shape());
                return compared(vault, manifest);
            } catch (RuntimeException e) {
                dropIfPossible();
                throw e;
            }
        }

        /** A worker that lost its lease cleans up after itself: nobody else knows whether it still made something. */
        private void dropIfPossible() {
            boolean interrupted = Thread.interrupted();
            try {
                target.drop(staging);
            } catch (HoldfastException holdfastException) {
                LOG.infof("database %s is dropped later: %s", staging, holdfastException.getMessage());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private Copy compared(Vault vault, Manifest manifest) {
            TransferListener transferListener = restoreProgress.of(restore);
            try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                    SchemaDumpFile schema = SchemaDumpFile.of(backup);
                    TargetDatabase database = target.open(staging, fit.options())) {
                LoadReport loadReport =
                        DatabaseLoader.into(database, backup, schema.file(), fit.options(), transferListener);
                note(loadReport.notDerived());
                note(loadReport.searchPaths());
                lease.commit(session -> restoreRepository.enter(session, restore.id(), RestoreState.CHECKING));
                ComparisonResult comparison = DatabaseComparator.of(
                        targetRegistry.engine(restore.server()),
                        manifest,
                        schema.file(),
                        database,
                        loadReport,
                        fit.options(),
                        transferListener);
                lease.commit(session -> restoreRepository.change(
                        session, restore.id(), it -> it.account().compared(TableComparisons.of(comparison))));
                refuseDifferent(comparison);
                List<CheckResult> checks = restoreDataChecks.of(restore, manifest, database);
                note(DatabaseLoader.admit(database, manifest));
                return copy(manifest, comparison, checks);
            }
        }

        /** What the copy is without, for whoever reads of the restore. */
        private void note(List<Finding> findings) {
            if (!findings.isEmpty()) {
                String said = Finding.told(findings);
                LOG.warnf("restore %s: %s", restore.id(), said);
                lease.commit(session -> restoreRepository.change(session, restore.id(), it -> it.note(said)));
            }
        }

        private Copy copy(Manifest manifest, ComparisonResult comparison, List<CheckResult> checks) {
            long oid = target.oid(staging).orElseThrow(this::gone);
            RestoredTotals restored = new RestoredTotals(
                    manifest.contents().snapshotAt(),
                    comparison.tables().size(),
                    comparison.rows(),
                    comparison.bytes());
            return new Copy(staging, oid, restored, checks);
        }

        private HoldfastException gone() {
            return HoldfastException.about(
                    staging,
                    FailureCode.TARGET_LOAD_FAILED,
                    "the restored database " + staging + " disappeared; was it dropped or renamed? Restore again");
        }

        private void refuseDifferent(ComparisonResult comparison) {
            if (!comparison.equal()) {
                var first = comparison.differences().getFirst();
                throw new HoldfastException(
                        new FailureReason(
                                first.code(),
                                "restore " + restore.id()
                                        + " was not handed over: the copy differs from the backup in "
                                        + comparison.differences().size() + " places, the first being: "
                                        + first.message(),
                                first.object()),
                        null);
            }
        }
    }
}
