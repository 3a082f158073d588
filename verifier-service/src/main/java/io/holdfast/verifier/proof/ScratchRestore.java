package io.holdfast.verifier.proof;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.compare.SourceCheckRunner;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.verifier.verification.VerificationTotals;
import io.holdfast.verifier.verification.VerificationVerdict;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Restores a backup to a scratch database, compares it there, and throws it away. */
@ApplicationScoped
class ScratchRestore {
    private static final LoadOptions OPTIONS = new LoadOptions(4, true, true, "holdfast/proof");

    private static final Logger LOG = Logger.getLogger(ScratchRestore.class);

    private final ScratchTargetFactory scratchTargetFactory;

    ScratchRestore(ScratchTargetFactory scratchTargetFactory) {
        this.scratchTargetFactory = scratchTargetFactory;
    }

    /**
     * @param source empty: it is not configured any more
     * @param ended which of some verifications have ended
     */
    VerificationVerdict compare(
            Vault vault,
            Manifest manifest,
            Optional<SourceConfig> source,
            ScratchDatabaseName place,
            Function<Collection<VerificationId>, Set<VerificationId>> ended,
            TransferListener transferListener) {
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        try (ScratchTarget scratchTarget = asked(() -> scratchTargetFactory.of(shape))) {
            TargetServer target = scratchTarget.target();
            OrphanedDatabaseCleaner.drop(target, ended);
            asked(() -> place.namesBefore().forEach(target::drop));
            try {
                asked(() -> target.create(place.name(), shape));
                return compare(scratchTarget, place.name(), vault, manifest, source, transferListener);
            } finally {
                dropSurely(target, place.name());
            }
        }
    }

    /** What the server does before anything is restored says nothing of the backup, whatever it fails with. */
    private static <T> T asked(Supplier<T> ofTheServer) {
        try {
            return ofTheServer.get();
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code().isBackupFault()) {
                throw HoldfastException.of(
                        FailureCode.SCRATCH_UNAVAILABLE,
                        holdfastException.reason().message(),
                        holdfastException);
            }
            throw holdfastException;
        }
    }

    private static void asked(Runnable ofTheServer) {
        asked(() -> {
            ofTheServer.run();
            return true;
        });
    }

    /** Also when this thread is to stop; what cannot be dropped now hides nothing of what happened before. */
    private static void dropSurely(TargetServer target, String name) {
        boolean interrupted = Thread.interrupted();
        try {
            target.drop(name);
        } catch (HoldfastException holdfastException) {
            LOG.warnf("scratch database %s is left behind: %s", name, holdfastException.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static VerificationVerdict compare(
            ScratchTarget scratchTarget,
            String name,
            Vault vault,
            Manifest manifest,
            Optional<SourceConfig> source,
            TransferListener transferListener) {
        long began = System.nanoTime();
        // tablespaces and label providers: what a scratch server lacks is no fault of the backup
        LoadOptions options =
                OPTIONS.withLacking(asked(() -> scratchTarget.target().lacks(DescriptorCodec.of(manifest))));
        try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                SchemaDumpFile schema = SchemaDumpFile.of(backup);
                TargetDatabase database = asked(() -> scratchTarget.target().open(name, options))) {
            LoadReport loadReport = DatabaseLoader.into(database, backup, schema.file(), options, transferListener);
            long restoreMillis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            ComparisonResult comparison = DatabaseComparator.of(
                    scratchTarget.engine(), manifest, schema.file(), database, loadReport, options, transferListener);
            if (!comparison.equal()) {
                return differs(manifest, comparison);
            }
            List<CheckResult> checks = checks(database, manifest, source, loadReport);
            DatabaseLoader.admit(database, manifest)
                    .forEach(finding -> LOG.warnf("backup %s in its proof: %s", manifest.backup(), finding.message()));
            return new VerificationVerdict.Passed(new VerificationTotals(
                    comparison.tables().size(), comparison.rows(), comparison.bytes(), restoreMillis, checks));
        }
    }

    /** Of single tables it cannot be said what the source's data is like. */
    private static List<CheckResult> checks(
            TargetDatabase database, Manifest manifest, Optional<SourceConfig> source, LoadReport loadReport) {
        if (manifest.contents().scope().ofSingleTables()) {
            loadReport
                    .notDerived()
                    .forEach(finding -> LOG.warnf("backup %s in its proof: %s", manifest.backup(), finding.message()));
            return List.of();
        }
        List<CheckResult> checks = new ArrayList<>(SourceCheckRunner.ask(database, manifest, source));
        if (!loadReport.notDerived().isEmpty()) {
            checks.add(new CheckResult(
                    "views and statistics", CheckResult.Outcome.FAILED, Finding.told(loadReport.notDerived())));
        }
        if (!loadReport.searchPaths().isEmpty()) {
            checks.add(
                    new CheckResult("search path", CheckResult.Outcome.PASSED, Finding.told(loadReport.searchPaths())));
        }
        return checks;
    }

    private static VerificationVerdict differs(Manifest manifest, ComparisonResult comparison) {
        FailureReason first = comparison.differences().getFirst();
        return new VerificationVerdict.Failed(new FailureReason(
                first.code(),
                "backup " + manifest.backup() + ", restored to a scratch database, differs from what was read in "
                        + comparison.differences().size() + " places, the first being: " + first.message(),
                first.object()));
    }
}
