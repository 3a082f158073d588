package io.holdfast.restore.plan;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.MissingDependencies;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.Manifest;
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
public class RestorePreflight {
    private static final int JOBS = 4;

    /** Indexes and the room between rows, over the rows as text: a rule of thumb. */
    private static final double ON_DISK = 1.5;

    private final InstantSource clock;

    RestorePreflight(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws HoldfastException as {@link BackupSelector} does */
    public Manifest choose(Vault vault, SourceRef source, BackupCriterion backupCriterion) {
        return new BackupSelector(vault, source, clock.instant()).choose(backupCriterion);
    }

    /** Every chunk of the backup is there, in its stored size; fails with CHUNK_MISSING or CHUNK_CORRUPT. */
    public void chunks(Vault vault, Manifest manifest) {
        refuseDamaged(
                manifest, vault.check(manifest.source(), manifest.backup(), CheckLevel.LISTED, ProgressListener.NONE));
    }

    /** The same of what is read to bring tables back, and of what may come along. */
    public void chunks(Vault vault, Manifest manifest, InPlacePlan plan) {
        Set<String> read = new HashSet<>();
        plan.tables().stream().flatMap(table -> table.parts().stream()).forEach(part -> read.add(anyCase(part)));
        if (plan.selection().withParents()) {
            plan.needed().forEach(table -> read.add(anyCase(table)));
        }
        Set<BackupContents.Name> tables = DescriptorCodec.of(manifest).tables().stream()
                .filter(table -> read.contains(anyCase(table.name()))
                        || (table.root() != null && read.contains(anyCase(table.root()))))
                .map(table -> new BackupContents.Name(
                        table.name().schema(), table.name().name()))
                .collect(Collectors.toSet());
        refuseDamaged(manifest, vault.check(manifest.source(), manifest.backup(), tables));
    }

    /** A live file of SQLite may spell a table otherwise than the backup. */
    private static String anyCase(QualifiedName table) {
        return table.toString().toLowerCase(Locale.ROOT);
    }

    private static void refuseDamaged(Manifest manifest, BackupCheckReport report) {
        if (report.intact()) {
            return;
        }
        BackupCheckReport.Problem first = report.problems().getFirst();
        throw HoldfastException.about(
                first.chunk().id().toString(),
                first.fault() == ChunkFault.MISSING ? FailureCode.CHUNK_MISSING : FailureCode.CHUNK_CORRUPT,
                message(manifest.backup(), report, first));
    }

    private static String message(BackupId backup, BackupCheckReport report, BackupCheckReport.Problem first) {
        return "backup " + backup + " cannot be restored: " + report.problems().size() + " of " + report.chunks()
                + " chunks are missing or damaged, the first being "
                + first.chunk().id() + " of "
                + String.join(", ", first.affected()) + "; choose another backup";
    }

    /**
     * A name that is taken is refused, also if its database is empty: whether somebody needs it cannot be seen from
     * outside. Fails with TARGET_EXISTS.
     */
    public void free(TargetServer target, String database) {
        if (target.exists(database)) {
            throw HoldfastException.about(
                    database,
                    FailureCode.TARGET_EXISTS,
                    "database \"" + database + "\" exists already and is not touched; choose a name that does not, or"
                            + " drop it yourself");
        }
    }

    /**
     * How the backup can be loaded there: with the owners and grants whose roles exist.
     *
     * @throws HoldfastException TARGET_UNSUITABLE, or what the target fails with
     */
    public Fit fit(TargetServer target, Manifest manifest) {
        DatabaseDescriptor shape = DescriptorCodec.of(manifest);
        target.suits(shape);
        MissingDependencies lacking = target.lacks(shape);
        LoadOptions options = new LoadOptions(JOBS, true, true, "holdfast/restore").withLacking(lacking);
        return new Fit(
                shape,
                options,
                lacking.findings().stream().map(Finding::message).toList());
    }

    /** Bytes of all rows, as text. */
    public static long bytes(Manifest manifest) {
        return manifest.contents().tables().stream()
                .mapToLong(BackupContents.Table::bytes)
                .sum();
    }

    /** Bytes of the tables that go back into a live database, as text. */
    public static long bytes(Manifest manifest, InPlacePlan plan) {
        Set<QualifiedName> parts =
                plan.tables().stream().flatMap(table -> table.parts().stream()).collect(Collectors.toSet());
        return manifest.contents().tables().stream()
                .filter(table -> parts.contains(
                        new QualifiedName(table.name().schema(), table.name().name())))
                .mapToLong(BackupContents.Table::bytes)
                .sum();
    }

    /**
     * Fails with TARGET_DISK_FULL if there is certainly too little room.
     *
     * @return what is known of it, in words
     */
    public String room(TargetServer target, Manifest manifest) {
        long wanted = (long) (bytes(manifest) * ON_DISK);
        Optional<Long> room = target.room();
        if (room.isEmpty()) {
            return "about " + mega(wanted)
                    + " will be needed on the target; how much is free there cannot be seen from here";
        }
        if (room.get() < wanted) {
            throw HoldfastException.of(
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
    public record Fit(DatabaseDescriptor shape, LoadOptions options, List<String> lacking) {}
}
