package io.holdfast.verifier.proof;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.VerificationId;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Target;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.transfer.Comparing;
import io.holdfast.transfer.Comparison;
import io.holdfast.transfer.Listener;
import io.holdfast.transfer.Reload;
import io.holdfast.transfer.Reloaded;
import io.holdfast.transfer.Shapes;
import io.holdfast.transfer.SourceChecks;
import io.holdfast.transfer.StoredSchema;
import io.holdfast.vault.BackupReader;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Vault;
import io.holdfast.verifier.verification.Findings;
import io.holdfast.verifier.verification.Verdict;
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

    private final Scratches scratches;

    ScratchRestore(Scratches scratches) {
        this.scratches = scratches;
    }

    /**
     * @param source empty: it is not configured any more
     * @param ended which of some verifications have ended
     */
    Verdict compare(
            Vault vault,
            Manifest manifest,
            Optional<SourceConfig> source,
            ProofDatabase place,
            Function<Collection<VerificationId>, Set<VerificationId>> ended,
            Listener listener) {
        DatabaseShape shape = Shapes.of(manifest);
        try (Scratch scratch = asked(() -> scratches.of(shape))) {
            Target target = scratch.target();
            Leftovers.drop(target, ended);
            asked(() -> place.namesBefore().forEach(target::drop));
            try {
                asked(() -> target.create(place.name(), shape));
                return compare(scratch, place.name(), vault, manifest, source, listener);
            } finally {
                dropSurely(target, place.name());
            }
        }
    }

    /** What the server does before anything is restored says nothing of the backup, whatever it fails with. */
    private static <T> T asked(Supplier<T> ofTheServer) {
        try {
            return ofTheServer.get();
        } catch (Failure failure) {
            if (Blame.isTheBackups(failure.code())) {
                throw Failure.of(
                        FailureCode.SCRATCH_UNAVAILABLE, failure.reason().message(), failure);
            }
            throw failure;
        }
    }

    private static void asked(Runnable ofTheServer) {
        asked(() -> {
            ofTheServer.run();
            return true;
        });
    }

    /** Also when this thread is to stop; what cannot be dropped now hides nothing of what happened before. */
    private static void dropSurely(Target target, String name) {
        boolean interrupted = Thread.interrupted();
        try {
            target.drop(name);
        } catch (Failure failure) {
            LOG.warnf("scratch database %s is left behind: %s", name, failure.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Verdict compare(
            Scratch scratch,
            String name,
            Vault vault,
            Manifest manifest,
            Optional<SourceConfig> source,
            Listener listener) {
        long began = System.nanoTime();
        // tablespaces and label providers: what a scratch server lacks is no fault of the backup
        LoadOptions options = OPTIONS.withLacking(asked(() -> scratch.target().lacks(Shapes.of(manifest))));
        try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                StoredSchema schema = StoredSchema.of(backup);
                TargetDatabase database = asked(() -> scratch.target().open(name, options))) {
            Reloaded reloaded = Reload.into(database, backup, schema.file(), options, listener);
            long restoreMillis = Duration.ofNanos(System.nanoTime() - began).toMillis();
            Comparison comparison =
                    Comparing.of(scratch.engine(), manifest, schema.file(), database, reloaded, options, listener);
            if (!comparison.equal()) {
                return differs(manifest, comparison);
            }
            List<CheckResult> checks = checks(database, manifest, source, reloaded);
            Reload.admit(database, manifest)
                    .forEach(finding -> LOG.warnf("backup %s in its proof: %s", manifest.backup(), finding.message()));
            return new Verdict.Passed(new Findings(
                    comparison.tables().size(), comparison.rows(), comparison.bytes(), restoreMillis, checks));
        }
    }

    /** Of single tables it cannot be said what the source's data is like. */
    private static List<CheckResult> checks(
            TargetDatabase database, Manifest manifest, Optional<SourceConfig> source, Reloaded reloaded) {
        if (manifest.contents().scope().ofSingleTables()) {
            reloaded.notDerived()
                    .forEach(finding -> LOG.warnf("backup %s in its proof: %s", manifest.backup(), finding.message()));
            return List.of();
        }
        List<CheckResult> checks = new ArrayList<>(SourceChecks.ask(database, manifest, source));
        if (!reloaded.notDerived().isEmpty()) {
            checks.add(new CheckResult(
                    "views and statistics", CheckResult.Outcome.FAILED, Finding.told(reloaded.notDerived())));
        }
        return checks;
    }

    private static Verdict differs(Manifest manifest, Comparison comparison) {
        FailureReason first = comparison.differences().getFirst();
        return new Verdict.Failed(new FailureReason(
                first.code(),
                "backup " + manifest.backup() + ", restored to a scratch database, differs from what was read in "
                        + comparison.differences().size() + " places, the first being: " + first.message(),
                first.object()));
    }
}
