package io.holdfast.restore.saga;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.transfer.SourceChecks;
import io.holdfast.vault.Manifest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;

/** What the data of a copy is like, asked before anybody gets it: every row is equal, but was the backup taken in time? */
@ApplicationScoped
class Checking {
    private final Targets targets;

    Checking(Targets targets) {
        this.targets = targets;
    }

    /**
     * Asks everything that the source wants to be asked. A copy for a new database is handed over whatever its data is
     * like; one that would replace a live database is not, unless that was asked for.
     *
     * @throws Failure CHECKS_FAILED
     */
    List<CheckResult> of(Restore restore, Manifest manifest, TargetDatabase copy) {
        List<CheckResult> results = SourceChecks.ask(
                copy, manifest, targets.configured(restore.source().name()));
        boolean despite = Boolean.TRUE.equals(restore.wish().request().despiteChecks());
        List<CheckResult> failed = results.stream()
                .filter(result -> result.outcome() == CheckResult.Outcome.FAILED)
                .toList();
        if (restore.kind().touchesLive() && !despite && !failed.isEmpty()) {
            throw Failure.about(
                    restore.source().name(),
                    FailureCode.CHECKS_FAILED,
                    "the copy is equal to the backup, but its data fails " + failed.size()
                            + " checks of the source, so nothing was switched: "
                            + failed.stream()
                                    .map(result -> result.name() + ": " + result.finding())
                                    .collect(Collectors.joining("; "))
                            + ". Choose another backup, or ask for it despite the checks");
        }
        return results;
    }
}
