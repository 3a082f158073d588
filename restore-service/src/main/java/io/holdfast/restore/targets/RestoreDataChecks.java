package io.holdfast.restore.targets;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.transfer.compare.BlockingChecks;
import io.holdfast.transfer.compare.SourceCheckRunner;
import io.holdfast.vault.format.Manifest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What the data of a copy is like, asked before anybody gets it: every row is equal, but was the backup taken in time? And
 * what live data is like before rows are written into it and afterwards.
 */
@ApplicationScoped
public class RestoreDataChecks {
    private static final LoadOptions READING = new LoadOptions(1, false, false, "holdfast/check");

    private static final Logger LOG = Logger.getLogger(RestoreDataChecks.class);

    private final TargetRegistry targetRegistry;

    RestoreDataChecks(TargetRegistry targetRegistry) {
        this.targetRegistry = targetRegistry;
    }

    /**
     * Asks everything that the source wants to be asked. A copy for a new database is handed over whatever its data is
     * like. A copy that would replace a live database is not, if its data is worse than the source's data was, or fails
     * a configured check; unless the request says to continue despite the checks.
     *
     * @throws HoldfastException CHECKS_FAILED
     */
    public List<CheckResult> of(Restore restore, Manifest manifest, TargetDatabase copy) {
        List<CheckResult> results = SourceCheckRunner.ask(
                copy, manifest, targetRegistry.configured(restore.source().name()));
        List<CheckResult> failed = blocking(restore, manifest, results);
        if (restore.kind().touchesLive() && !despite(restore) && !failed.isEmpty()) {
            throw refused(
                    restore,
                    "the copy is equal to the backup, but its data fails " + failed.size()
                            + " checks of the source, so nothing was switched: " + said(failed)
                            + ". Choose another backup, or ask for it despite the checks");
        }
        return results;
    }

    /** The results that block the replacement of a live database. */
    public List<CheckResult> blocking(Restore restore, Manifest manifest, List<CheckResult> results) {
        return BlockingChecks.of(
                results, manifest, targetRegistry.configured(restore.source().name()));
    }

    /** What the source's own checks say of its live database. What cannot be asked says nothing and stops nothing. */
    public List<CheckResult> ofLive(Restore restore, Lease lease) {
        try {
            SourceConfig source = targetRegistry.config(restore.source().name());
            if (!SourceCheckRunner.anyLive(source)) {
                return List.of();
            }
            try (TargetServer target = targetRegistry.of(restore.server());
                    TargetDatabase live = target.open(restore.database(), READING)) {
                return SourceCheckRunner.askLive(live, source);
            }
        } catch (HoldfastException holdfastException) {
            lease.ensureHeld();
            LOG.warnf("the checks of %s were not asked: %s", restore.source().name(), holdfastException.getMessage());
            return List.of();
        }
    }

    /**
     * What was written into the live database, asked as before it was: what passed then and fails now is put back. Where
     * there is no way back it is only on record.
     *
     * @throws HoldfastException CHECKS_FAILED
     */
    public List<CheckResult> afterWriting(Restore restore, Lease lease) {
        Set<String> passed = names(restore.account().checks(), CheckResult.Outcome.PASSED);
        passed.removeAll(names(restore.account().checks(), CheckResult.Outcome.FAILED));
        List<CheckResult> results = ofLive(restore, lease);
        List<CheckResult> failed = failed(results).stream()
                .filter(result -> passed.contains(result.name()))
                .toList();
        if (!failed.isEmpty() && !despite(restore) && restore.account().safetyBackup() != null) {
            throw refused(
                    restore,
                    "with the restored rows the database fails " + failed.size()
                            + " checks of the source that it passed before: " + said(failed)
                            + ". Choose other tables or rows, or ask for it despite the checks");
        }
        return results;
    }

    private static Set<String> names(List<CheckResult> results, CheckResult.Outcome outcome) {
        return results.stream()
                .filter(result -> result.outcome() == outcome)
                .map(CheckResult::name)
                .collect(Collectors.toCollection(HashSet::new));
    }

    public static boolean despite(Restore restore) {
        return Boolean.TRUE.equals(restore.wish().request().despiteChecks());
    }

    private static List<CheckResult> failed(List<CheckResult> results) {
        return results.stream()
                .filter(result -> result.outcome() == CheckResult.Outcome.FAILED)
                .toList();
    }

    private static String said(List<CheckResult> failed) {
        return failed.stream()
                .map(result -> result.name() + ": " + result.finding())
                .collect(Collectors.joining("; "));
    }

    private static HoldfastException refused(Restore restore, String why) {
        return HoldfastException.about(restore.source().name(), FailureCode.CHECKS_FAILED, why);
    }
}
