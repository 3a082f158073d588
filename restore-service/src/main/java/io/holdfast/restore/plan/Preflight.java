package io.holdfast.restore.plan;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.Lacking;
import io.holdfast.engine.LivePlan;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.Target;
import io.holdfast.transfer.Shapes;
import io.holdfast.vault.CheckLevel;
import io.holdfast.vault.CheckReport;
import io.holdfast.vault.Contents;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Progress;
import io.holdfast.vault.Vault;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be known before anything is made, question by question: which backup, whether it is whole, whether it fits. */
@ApplicationScoped
public class Preflight {
    private static final int JOBS = 4;

    /** Indexes and the room between rows, over the rows as text: a rule of thumb. */
    private static final double ON_DISK = 1.5;

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
        refuseDamaged(manifest, vault.check(manifest.source(), manifest.backup(), CheckLevel.LISTED, Progress.NONE));
    }

    /** The same of what is read to bring tables back, and of what may come along. */
    public void chunks(Vault vault, Manifest manifest, LivePlan plan) {
        Set<String> read = new HashSet<>();
        plan.tables().stream().flatMap(table -> table.parts().stream()).forEach(part -> read.add(anyCase(part)));
        if (plan.selection().withParents()) {
            plan.needed().forEach(table -> read.add(anyCase(table)));
        }
        Set<Contents.Name> tables = Shapes.of(manifest).tables().stream()
                .filter(table -> read.contains(anyCase(table.name()))
                        || (table.root() != null && read.contains(anyCase(table.root()))))
                .map(table ->
                        new Contents.Name(table.name().schema(), table.name().name()))
                .collect(Collectors.toSet());
        refuseDamaged(manifest, vault.check(manifest.source(), manifest.backup(), tables));
    }

    /** A live file of SQLite may spell a table otherwise than the backup. */
    private static String anyCase(QualifiedName table) {
        return table.toString().toLowerCase(Locale.ROOT);
    }

    private static void refuseDamaged(Manifest manifest, CheckReport report) {
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
     * A name that is taken is refused, also if its database is empty: whether somebody needs it cannot be seen from
     * outside. Fails with TARGET_EXISTS.
     */
    public void free(Target target, String database) {
        if (target.exists(database)) {
            throw Failure.about(
                    database,
                    FailureCode.TARGET_EXISTS,
                    "database \"" + database + "\" exists already and is not touched; choose a name that does not, or"
                            + " drop it yourself");
        }
    }

    /**
     * How the backup can be loaded there: with the owners and grants whose roles exist.
     *
     * @throws Failure TARGET_UNSUITABLE, or what the target fails with
     */
    public Fit fit(Target target, Manifest manifest) {
        DatabaseShape shape = Shapes.of(manifest);
        target.suits(shape);
        Lacking lacking = target.lacks(shape);
        LoadOptions options = new LoadOptions(JOBS, true, true, "holdfast/restore").withLacking(lacking);
        return new Fit(
                shape,
                options,
                lacking.findings().stream().map(Finding::message).toList());
    }

    /** Bytes of all rows, as text. */
    public static long bytes(Manifest manifest) {
        return manifest.contents().tables().stream()
                .mapToLong(Contents.Table::bytes)
                .sum();
    }

    /** Bytes of the tables that go back into a live database, as text. */
    public static long bytes(Manifest manifest, LivePlan plan) {
        Set<QualifiedName> parts =
                plan.tables().stream().flatMap(table -> table.parts().stream()).collect(Collectors.toSet());
        return manifest.contents().tables().stream()
                .filter(table -> parts.contains(
                        new QualifiedName(table.name().schema(), table.name().name())))
                .mapToLong(Contents.Table::bytes)
                .sum();
    }

    /**
     * Fails with TARGET_DISK_FULL if there is certainly too little room.
     *
     * @return what is known of it, in words
     */
    public String room(Target target, Manifest manifest) {
        long wanted = (long) (bytes(manifest) * ON_DISK);
        Optional<Long> room = target.room();
        if (room.isEmpty()) {
            return "about " + mega(wanted)
                    + " will be needed on the target; how much is free there cannot be seen from here";
        }
        if (room.get() < wanted) {
            throw Failure.of(
                    FailureCode.TARGET_DISK_FULL,
                    "the target's disk has " + mega(room.get()) + " free and the restored database needs about "
                            + mega(wanted) + "; free some room there");
        }
        return "about " + mega(wanted) + " of " + mega(room.get()) + " free on the target's disk will be needed";
    }

    private static String mega(long bytes) {
        return (bytes + 999_999) / 1_000_000 + " MB";
    }

    /** @param lacking what the target does not have, in words: what needs it is restored without */
    public record Fit(DatabaseShape shape, LoadOptions options, List<String> lacking) {}
}
