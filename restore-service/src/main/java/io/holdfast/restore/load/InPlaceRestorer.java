package io.holdfast.restore.load;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RestoredTotals;
import io.holdfast.restore.plan.RestoreVaultProvider;
import io.holdfast.restore.targets.RestoreDataChecks;
import io.holdfast.restore.targets.RestoreProgress;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.transfer.load.InPlaceStager;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Tables and rows go back into the live database: staged beside the live tables and compared with the backup, then written
 * in one transaction. The database itself remembers that it was, until the restore has taken note.
 */
@ApplicationScoped
public class InPlaceRestorer {
    private final RestoreRepository restoreRepository;
    private final RestoreVaultProvider vaults;
    private final TargetRegistry targetRegistry;
    private final RestoreDataChecks restoreDataChecks;
    private final RestoreProgress restoreProgress;
    private final InstantSource clock;

    InPlaceRestorer(
            RestoreRepository restoreRepository,
            RestoreVaultProvider vaults,
            TargetRegistry targetRegistry,
            RestoreDataChecks restoreDataChecks,
            RestoreProgress restoreProgress,
            InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.vaults = vaults;
        this.targetRegistry = targetRegistry;
        this.restoreDataChecks = restoreDataChecks;
        this.restoreProgress = restoreProgress;
        this.clock = clock;
    }

    /** Live tables are only read. */
    RestoredTotals stage(Restore restore, Lease lease, Vault vault, Manifest manifest) {
        lease.commit(session -> restoreRepository.loading(session, restore.id(), lease.epoch()));
        try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                LiveDatabase live = targetRegistry.live(restore.source().name())) {
            InPlaceStage stage =
                    InPlaceStager.stage(restore.id(), backup, live, restore.selection(), restoreProgress.of(restore));
            lease.commit(session -> restoreRepository.enter(session, restore.id(), RestoreState.CHECKING));
            InPlaceDiff difference = stage.difference();
            lease.commit(session -> restoreRepository.change(
                    session, restore.id(), it -> it.account().differed(difference)));
            return restored(manifest, difference);
        }
    }

    /** The plan, and its approval, are of one database. */
    private void refuseAnother(Restore restore) {
        RestorePlan plan = restore.account().plan();
        try (TargetServer target = targetRegistry.of(restore.server())) {
            Long now = target.oid(restore.database()).orElse(null);
            if (plan != null && !Objects.equals(plan.liveOid(), now)) {
                throw HoldfastException.about(
                        restore.database(),
                        FailureCode.TARGET_CHANGED,
                        "database \"" + restore.database()
                                + "\" is not the one that the restore was planned for; ask for it again");
            }
        }
    }

    private static RestoredTotals restored(Manifest manifest, InPlaceDiff difference) {
        long rows = difference.tables().stream()
                .mapToLong(table -> table.missing().count() + table.changed().count())
                .sum();
        return new RestoredTotals(
                manifest.contents().snapshotAt(), difference.tables().size(), rows, 0);
    }

    /** All or nothing; finds it done if a worker before did it. */
    public void apply(Restore restore, Lease lease) {
        BackupId backup = RestoreRepository.planned(restore);
        try (LiveDatabase live = targetRegistry.live(restore.source().name())) {
            refuseAnother(restore);
            if (restore.account().checks().isEmpty()
                    && live.applied(restore.id()).isEmpty()) {
                List<CheckResult> before = restoreDataChecks.ofLive(restore, lease);
                lease.commit(session -> restoreRepository.change(
                        session, restore.id(), it -> it.account().checked(before)));
            }
            Wrote wrote = write(restore, live, backup, restore.selection(), lease);
            lease.commit(session -> restoreRepository.change(session, restore.id(), it -> {
                it.account().wrote(wrote.writes(), wrote.left());
                it.note(describe(wrote.writes()));
                it.enter(RestoreState.HEALTH, clock.instant());
            }));
        }
    }

    /** @param left what differs still, such as rows that the mode leaves alone */
    private record Wrote(InPlaceWriteResult writes, InPlaceDiff left) {}

    private Wrote write(Restore restore, LiveDatabase live, BackupId from, InPlaceSelection selection, Lease lease) {
        Optional<InPlaceWriteResult> before = live.applied(restore.id());
        if (before.isPresent()) {
            return new Wrote(before.get(), new InPlaceDiff(List.of(), List.of()));
        }
        Vault vault = vaults.open();
        try (BackupReader backup = vault.reader(restore.source().id(), from)) {
            // staged anew: what lies in the live tables is compared with it now, not when the copy was made
            InPlaceStage stage =
                    InPlaceStager.stage(restore.id(), backup, live, selection, restoreProgress.of(restore));
            BackupId safety = restore.account().safetyBackup();
            if (safety != null && !from.equals(safety)) {
                refuseUnsafe(vault.manifest(restore.source().id(), safety), stage.tables());
            }
            lease.ensureHeld();
            InPlaceWriteResult writes = stage.apply();
            return new Wrote(writes, stage.difference());
        }
    }

    /** What is written has to be in the backup that is the way back, which today's scope may leave out. */
    private static void refuseUnsafe(Manifest safety, Set<QualifiedName> written) {
        Set<QualifiedName> held = new HashSet<>();
        for (TableDescriptor table : DescriptorCodec.of(safety).tables()) {
            if (table.dataIncluded()) {
                held.add(table.name());
                held.add(table.root() == null ? table.name() : table.root());
            }
        }
        List<String> lost = written.stream()
                .filter(table -> !held.contains(table))
                .sorted()
                .map(QualifiedName::toString)
                .toList();
        if (!lost.isEmpty()) {
            throw HoldfastException.about(
                    lost.getFirst(),
                    FailureCode.SAFETY_BACKUP_FAILED,
                    "the safety backup is without the rows of " + String.join(", ", lost)
                            + ", so there would be no way back and nothing was written; take them into the source's scope if"
                            + " it leaves them out, and ask again (or with --without-safety)");
        }
    }

    private static String describe(InPlaceWriteResult writes) {
        List<String> tables = writes.tables().stream()
                .map(table -> table.name() + ": " + table.inserted() + " inserted, " + table.updated() + " updated, "
                        + table.deleted() + " deleted")
                .toList();
        return String.join("; ", tables);
    }

    /**
     * If something was written, the tables become again what the safety backup has of them.
     *
     * @return whether something had been written
     */
    public boolean undo(Restore restore, Lease lease) {
        try (LiveDatabase live = targetRegistry.live(restore.source().name())) {
            Optional<InPlaceWriteResult> written = live.applied(restore.id());
            if (written.isEmpty() && restore.account().writes() == null) {
                live.discard(restore.id());
                return false;
            }
            BackupId safety = restore.account().safetyBackup();
            if (safety == null) {
                throw HoldfastException.about(
                        restore.id().toString(),
                        FailureCode.SAFETY_BACKUP_FAILED,
                        "restore " + restore.id() + " has no safety backup to go back to; compare what it wrote"
                                + " (holdfast show) and put it right by hand");
            }
            Restore known = written.isEmpty() ? restore : noted(restore, lease, written.get());
            live.discard(restore.id());
            write(known, live, safety, whole(known), lease);
            live.discard(restore.id());
            return true;
        }
    }

    /** Before the database forgets it: without it nobody would know that there is something to undo. */
    private Restore noted(Restore restore, Lease lease, InPlaceWriteResult written) {
        return restore.account().writes() != null
                ? restore
                : lease.commit(session -> restoreRepository.change(
                        session,
                        restore.id(),
                        it -> it.account().wrote(written, new InPlaceDiff(List.of(), List.of()))));
    }

    /** The written tables as a whole: also rows that others wrote into them since are those of the safety backup again. */
    private static InPlaceSelection whole(Restore restore) {
        InPlaceWriteResult writes = restore.account().writes();
        List<String> tables = writes == null
                ? restore.selection().tables()
                : writes.tables().stream().map(table -> table.name().toString()).toList();
        return new InPlaceSelection(RestoreTarget.Mode.REPLACE, tables, List.of(), true);
    }

    /** What is no more needed; the restore knows what was written. */
    public void discard(Restore restore) {
        try (LiveDatabase live = targetRegistry.live(restore.source().name())) {
            live.discard(restore.id());
        }
    }
}
