package io.holdfast.verifier.proof;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.model.Finding;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.SourceCheckRunner;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.verifier.scratch.RestoredCopy;
import io.holdfast.verifier.verification.VerificationTotals;
import io.holdfast.verifier.verification.VerificationVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The verdict about a backup by its restored copy. */
final class CopyVerdict {
    private static final Logger LOG = Logger.getLogger(CopyVerdict.class);

    private CopyVerdict() {}

    /** @param source empty: it is not configured any more */
    static VerificationVerdict of(RestoredCopy copy, Optional<SourceConfig> source, TransferListener transferListener) {
        Manifest manifest = copy.manifest();
        ComparisonResult comparison = copy.compare(transferListener);
        if (!comparison.equal()) {
            return differs(manifest, comparison);
        }
        List<CheckResult> checks = checks(copy.database(), manifest, source, copy.loadReport());
        DatabaseLoader.admit(copy.database(), manifest)
                .forEach(finding -> LOG.warnf("backup %s in its proof: %s", manifest.backup(), finding.message()));
        return new VerificationVerdict.Passed(new VerificationTotals(
                comparison.tables().size(),
                comparison.rows(),
                comparison.bytes(),
                copy.times().restore(),
                checks));
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
