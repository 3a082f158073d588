package io.holdfast.restore.plan;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.Lacking;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Target;
import io.holdfast.transfer.Shapes;
import io.holdfast.vault.CheckLevel;
import io.holdfast.vault.CheckReport;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Progress;
import io.holdfast.vault.Vault;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;

/** Everything that can be known before anything is made: which backup, whether it is whole, whether it fits. */
@ApplicationScoped
public class Preflight {
    private static final int JOBS = 4;

    private final InstantSource clock;

    Preflight(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws Failure as {@link BackupChooser} does */
    public Manifest choose(Vault vault, SourceRef source, Choice choice) {
        return new BackupChooser(vault, source, clock.instant()).choose(choice);
    }

    /** Every chunk of the backup is there, in its stored size; fails with CHUNK_MISSING or CHUNK_CORRUPT. */
    public void chunks(Vault vault, Manifest manifest) {
        CheckReport report = vault.check(manifest.source(), manifest.backup(), CheckLevel.LISTED, Progress.NONE);
        if (report.intact()) {
            return;
        }
        CheckReport.Problem first = report.problems().getFirst();
        throw Failure.about(
                first.chunk().id().toString(),
                first.fault() == CheckReport.Fault.MISSING ? FailureCode.CHUNK_MISSING : FailureCode.CHUNK_CORRUPT,
                message(manifest.backup(), report, first));
    }

    private static String message(BackupId backup, CheckReport report, CheckReport.Problem first) {
        return "backup " + backup + " cannot be restored: " + report.problems().size() + " of " + report.chunks()
                + " chunks are missing or damaged, the first being "
                + first.chunk().id() + " of "
                + String.join(", ", first.affected()) + "; choose another backup";
    }

    /**
     * How the backup can be loaded there: with the owners and grants whose roles exist. A name that is taken is
     * refused, also if its database is empty: whether somebody needs it cannot be seen from outside.
     *
     * @throws Failure TARGET_EXISTS, or what the target fails with
     */
    public Fit target(Target target, String database, Manifest manifest) {
        if (target.exists(database)) {
            throw Failure.about(
                    database,
                    FailureCode.TARGET_EXISTS,
                    "database \"" + database + "\" exists already and is not touched; choose a name that does not, or"
                            + " drop it yourself");
        }
        DatabaseShape shape = Shapes.of(manifest);
        Lacking lacking = target.lacks(shape);
        LoadOptions options = new LoadOptions(JOBS, true, true, "holdfast/restore").withLacking(lacking);
        return new Fit(
                shape,
                options,
                lacking.findings().stream().map(Finding::message).toList());
    }

    /** @param lacking what the target does not have, in words: what needs it is restored without */
    public record Fit(DatabaseShape shape, LoadOptions options, List<String> lacking) {}
}
