package io.holdfast.restore.load;

import static java.util.Objects.requireNonNull;

import io.holdfast.config.TableName;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.SwitchoverState;
import io.holdfast.restore.plan.BackupCriterion;
import io.holdfast.restore.plan.RestorePreflight;
import io.holdfast.restore.plan.RestoreVaultProvider;
import io.holdfast.restore.targets.LiveProject;
import io.holdfast.restore.targets.RestoreDataChecks;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.supabase.ProjectStatus;
import io.holdfast.transfer.compare.ProofChecks;
import io.holdfast.transfer.load.InPlaceStager;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.read.BackupReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Resolves what a restore will do, and finds everything that stands against it, at once. Touches nothing. */
@ApplicationScoped
class RestorePlanner {
    /** Where this source was never restored before, and its backup is not proven. */
    private static final double ASSUMED_BYTES_PER_SECOND = 20e6;

    private final RestoreVaultProvider vaults;
    private final RestorePreflight preflight;
    private final TargetRegistry targetRegistry;
    private final RestoreDataChecks restoreDataChecks;
    private final PointInTimeCapture pointInTime;

    RestorePlanner(
            RestoreVaultProvider vaults,
            RestorePreflight preflight,
            TargetRegistry targetRegistry,
            RestoreDataChecks restoreDataChecks,
            PointInTimeCapture pointInTime) {
        this.pointInTime = pointInTime;
        this.vaults = vaults;
        this.preflight = preflight;
        this.targetRegistry = targetRegistry;
        this.restoreDataChecks = restoreDataChecks;
    }

    /**
     * A plan and what carries it out.
     *
     * @param fit absent for restores into live databases, and where the plan is not possible
     */
    record Prepared(
            @Nullable Vault vault, @Nullable Manifest manifest, RestorePreflight.@Nullable Fit fit, RestorePlan plan) {}

    /** @param rate bytes a second that restores of this source had; empty if there were none */
    Prepared of(Restore restore, Optional<Double> rate) {
        Inquiry inquiry = new Inquiry(restore);
        if (restore.wish().rewinds()) {
            if (restore.kind() == RestoreKind.REWIND) {
                inquiry.rewind();
            } else {
                inquiry.pointInTime();
            }
            return new Prepared(null, null, null, inquiry.plan(null, rate));
        }
        Vault vault = inquiry.ask(vaults::open);
        if (restore.wish().pointInTime() && (vault == null || !pointInTime.isCaptured(restore, vault))) {
            inquiry.recovery(vault);
            return new Prepared(vault, null, null, inquiry.plan(null, rate));
        }
        Manifest manifest =
                vault == null ? null : inquiry.ask(() -> preflight.choose(vault, restore.source(), choice(restore)));
        boolean parts = restore.wish().kind() == RestoreKind.IN_PLACE;
        if (vault != null && manifest != null && !parts) {
            inquiry.tell(() -> preflight.chunks(vault, manifest));
        }
        try (TargetServer target = inquiry.target()) {
            if (target != null) {
                inquiry.database(target, vault, manifest);
            }
        }
        if (vault != null && manifest != null && !parts) {
            inquiry.checks(vault, manifest);
        }
        if (vault != null && manifest != null && parts && !inquiry.planned) {
            inquiry.tell(() -> preflight.chunks(vault, manifest)); // whichever of them are needed
        }
        return new Prepared(vault, manifest, inquiry.fit, inquiry.plan(manifest, rate));
    }

    /** An approved plan, and one that a worker before had resolved, keeps its backup. */
    private static BackupCriterion choice(Restore restore) {
        if (restore.wish().pointInTime()) {
            return new BackupCriterion.ById(InstantBackup.id(restore));
        }
        BackupId planned = restore.backupId();
        return planned == null ? restore.wish().choice() : new BackupCriterion.ById(planned);
    }

    /** Collects answers: a problem in one question does not keep the next from being asked. */
    private final class Inquiry {
        private final Restore restore;
        private final List<String> lines = new ArrayList<>();
        private final List<FailureReason> problems = new ArrayList<>();
        private RestorePreflight.@Nullable Fit fit;
        private @Nullable Long liveOid;
        private @Nullable List<String> tables;
        private @Nullable List<String> safety;
        private @Nullable Long bytes;
        private boolean planned;
        private @Nullable Instant instant;
        private @Nullable String bookmark;
        private @Nullable BackupId captured;
        private @Nullable Proof lastProof;

        Inquiry(Restore restore) {
            this.restore = restore;
        }

        <T> @Nullable T ask(Supplier<T> question) {
            try {
                return question.get();
            } catch (HoldfastException holdfastException) {
                if (holdfastException.code() == FailureCode.CANCELLED) {
                    throw holdfastException;
                }
                if (!problems.contains(holdfastException.reason())) {
                    problems.add(holdfastException.reason());
                }
                return null;
            }
        }

        void tell(Runnable question) {
            ask(() -> {
                question.run();
                return true;
            });
        }

        @Nullable
        TargetServer target() {
            return ask(() -> {
                TargetServer target = targetRegistry.of(restore.server());
                target.serverMajor();
                return target;
            });
        }

        void database(TargetServer target, @Nullable Vault vault, @Nullable Manifest manifest) {
            String database = restore.database();
            if (restore.wish().kind().replaces() && manifest != null) {
                part(manifest);
            }
            if (goesInPlace(target, database) && vault != null && manifest != null) {
                tables = FullInPlaceRules.tables(manifest);
                wholeInPlace(vault, manifest);
            }
            boolean beside = tables == null && restore.kind() != RestoreKind.IN_PLACE;
            switch (tables == null ? restore.kind() : RestoreKind.IN_PLACE) {
                case NEW -> created(target, database);
                case REPLACE -> replaced(target, database);
                case OVERWRITE -> overwritten(manifest);
                case REWIND -> throw new IllegalStateException("a provider's restore has a plan of its own");
                case IN_PLACE -> inPlace(target, database, vault, manifest);
            }
            if (tables != null && problems.stream().anyMatch(it -> it.code() == FailureCode.TARGET_PERMISSION_DENIED)) {
                rights(() -> target.missingRights(database));
            }
            if (manifest != null && beside) {
                fit = ask(() -> preflight.fit(target, manifest));
                if (fit != null) {
                    lines.addAll(fit.lacking());
                }
                String room = ask(() -> preflight.room(target, manifest));
                if (room != null) {
                    lines.add(room);
                }
            }
        }

        /** The copy of a backup is equal to the copy of its proof, so the results of that proof's checks are known before the load. */
        void checks(Vault vault, Manifest manifest) {
            List<Proof> proofs = ask(() -> vault.proofs(manifest.source(), manifest.backup()));
            Proof proof = proofs == null
                    ? null
                    : proofs.stream()
                            .filter(it -> it.outcome() == Proof.Outcome.PROVEN)
                            .reduce((earlier, later) -> later)
                            .orElse(null);
            lastProof = proof;
            List<CheckResult> results =
                    proof == null ? null : ProofChecks.of(proof).orElse(null);
            if (proof == null || results == null) {
                lines.add("no proof of the backup has check results; the checks run on the staging database");
                return;
            }
            List<CheckResult> blocking = restoreDataChecks.blocking(restore, manifest, results);
            boolean stops = restore.wish().kind().touchesLive() && !RestoreDataChecks.despite(restore);
            for (CheckResult result : results) {
                String line = "check \"" + result.name() + "\" in the proof of " + proof.finishedAt() + ": "
                        + result.outcome() + (result.finding() == null ? "" : ", " + result.finding());
                if (stops && blocking.contains(result)) {
                    problems.add(FailureReason.of(
                            FailureCode.CHECKS_FAILED,
                            line + "; restore another backup, or continue with --despite-checks",
                            restore.source().name()));
                } else {
                    lines.add(line + consequence(result, blocking.contains(result)));
                }
            }
        }

        private static String consequence(CheckResult result, boolean blocking) {
            if (result.outcome() != CheckResult.Outcome.FAILED) {
                return "";
            }
            return blocking
                    ? "; the restore continues"
                    : "; the source was so at the time of the backup, and the restore continues";
        }

        /** What a backup leaves out is not in the database that it becomes. */
        private void part(Manifest manifest) {
            BackupContents.Scope scope = manifest.contents().scope();
            if (scope.ofSingleTables()) {
                tell(() -> {
                    throw HoldfastException.about(
                            manifest.backup().toString(),
                            FailureCode.BACKUP_NOT_USABLE,
                            "backup " + manifest.backup()
                                    + " was taken before a restore wrote into tables, and has only what"
                                    + " that needs (" + String.join(", ", scope.included())
                                    + "): restore them with --table, or this backup beside with --into");
                });
            } else if (!scope.whole()) {
                lines.add(
                        "the backup is of a part of the source: what its scope leaves out will not be in the database");
            }
        }

        /** A role that may make no copy beside can still write into what is there; once so planned, it stays so. */
        private boolean goesInPlace(TargetServer target, String database) {
            if (restore.wish().kind() != RestoreKind.REPLACE || restore.backupId() != null) {
                return restore.kind() == RestoreKind.IN_PLACE && restore.wish().kind() == RestoreKind.REPLACE;
            }
            return Boolean.TRUE.equals(ask(() -> !target.creates() && target.exists(database)));
        }

        private void wholeInPlace(Vault vault, Manifest manifest) {
            lines.add(
                    "the role that restores may not create databases: the restore goes in place, all tables of the backup"
                            + " in one transaction; nothing is put aside, and the way back is the safety backup");
            tell(() -> FullInPlaceRules.refuseWithoutSafety(
                    restore.wish().request().withoutSafety()));
            tell(() -> FullInPlaceRules.refuseOthers(manifest));
            tell(() -> {
                try (BackupReader backup = vault.reader(manifest.source(), manifest.backup())) {
                    FullInPlaceRules.refuseAltered(
                            targetRegistry.schemaDifferences(restore.source().name(), backup));
                }
            });
        }

        private InPlaceSelection selection() {
            return tables == null
                    ? restore.selection()
                    : new InPlaceSelection(RestoreTarget.Mode.REPLACE, tables, List.of(), false);
        }

        private void created(TargetServer target, String database) {
            tell(() -> preflight.free(target, database));
            String source = restore.source().name();
            rights(() -> target.creationRights(
                    restore.server().equals(source) ? Optional.of(targetRegistry.database(source)) : Optional.empty()));
        }

        /** All of them at once: a statement for each. */
        private void rights(Supplier<List<Finding>> question) {
            List<Finding> missing = ask(question);
            if (missing != null) {
                missing.forEach(finding -> problems.add(obstacle(finding)));
            }
        }

        private void replaced(TargetServer target, String database) {
            liveOid = ask(() -> target.oid(database).orElse(null));
            if (liveOid == null) {
                lines.add("database \"" + database
                        + "\" is not there: there is nothing to keep, and nothing to go back to");
                rights(() -> target.creationRights(Optional.empty()));
                return;
            }
            lines.add("database \"" + database + "\" (OID " + liveOid + ") is put aside as "
                    + SwitchoverState.kept(restore.id())
                    + " and kept; whatever was written after the backup stays in it");
            rights(() -> target.missingRights(database));
            rights(() -> target.obstacles(database).stream()
                    .filter(finding -> finding.kind() == Finding.Kind.NOT_CARRIED)
                    .toList());
        }

        private void overwritten(@Nullable Manifest manifest) {
            tell(() -> {
                try (OverwritableDatabase live =
                        targetRegistry.overwritable(restore.source().name())) {
                    live.bookmark(); // there has to be a way back
                    lines.addAll(OverwriteLines.ofBackup(restore, manifest, live.window()));
                }
            });
        }

        /** The backup does not exist yet: it is captured from the recovered server or a copy, under an id that is known now. */
        void recovery(@Nullable Vault vault) {
            instant = restore.wish().request().at();
            captured = InstantBackup.id(restore);
            if (vault != null) {
                PointInTimeCapture.Planned planned = ask(() -> pointInTime.plan(restore, vault));
                if (planned != null) {
                    lines.addAll(planned.lines());
                    bytes = planned.bytes();
                }
            }
            try (TargetServer target = target()) {
                if (target != null) {
                    database(target, vault, null);
                }
            }
        }

        void pointInTime() {
            Instant wanted = requireNonNull(restore.wish().request().at());
            instant = wanted;
            tell(() -> {
                try (OverwritableDatabase live =
                        targetRegistry.overwritable(restore.source().name())) {
                    String found = live.bookmarkAt(wanted);
                    bookmark = found;
                    lines.addAll(OverwriteLines.ofInstant(restore, wanted, found, live));
                }
            });
        }

        /** Read from the provider and from the live server; both are changed by others until the restore begins. */
        void rewind() {
            String source = restore.source().name();
            Instant wanted = requireNonNull(restore.wish().request().at());
            instant = wanted.truncatedTo(ChronoUnit.SECONDS);
            LiveProject project = ask(() -> targetRegistry.project(source));
            if (project == null) {
                return;
            }
            Set<String> together = targetRegistry.together(source);
            tell(() -> {
                ProjectStatus status = project.status();
                if (!status.isHealthy()) {
                    throw HoldfastException.about(
                            project.reference(),
                            FailureCode.TARGET_BUSY,
                            "Supabase project " + project.reference() + " is " + status.name()
                                    + "; it has to be ACTIVE_HEALTHY before it is restored");
                }
                List<String> others =
                        together.stream().filter(other -> !other.equals(source)).toList();
                lines.addAll(
                        RewindLines.ofProject(restore, project.reference(), wanted, project.covered(wanted), others));
            });
            tell(() -> {
                RewindTarget.Server server = project.server();
                lines.addAll(RewindLines.ofServer(
                        server, together.stream().map(targetRegistry::database).collect(Collectors.toSet())));
                problems.addAll(RewindLines.obstacles(restore, server));
            });
            tell(() -> problems.addAll(
                    RewindLines.leftOut(restore, targetRegistry.config(source).scope())));
        }

        private static FailureReason obstacle(Finding obstacle) {
            FailureCode code = obstacle.kind() == Finding.Kind.NOT_CARRIED
                    ? FailureCode.TARGET_UNSUITABLE
                    : FailureCode.TARGET_PERMISSION_DENIED;
            return FailureReason.of(code, obstacle.message(), obstacle.object());
        }

        private void inPlace(TargetServer target, String database, @Nullable Vault vault, @Nullable Manifest manifest) {
            liveOid = ask(() -> target.oid(database).orElse(null));
            if (liveOid == null) {
                tell(() -> {
                    throw HoldfastException.about(
                            database,
                            FailureCode.TARGET_UNSUITABLE,
                            "database \"" + database + "\" is not there, so nothing can go back into it; restore the"
                                    + " whole of it with --replace");
                });
                return;
            }
            if (vault == null || manifest == null) {
                return;
            }
            tell(() -> {
                try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                        LiveDatabase live = targetRegistry.live(restore.source().name())) {
                    InPlacePlan plan = InPlaceStager.plan(backup, live, selection());
                    planned = true;
                    if (tables == null) {
                        tell(() -> preflight.chunks(vault, manifest, plan));
                    }
                    describe(plan);
                    bytes = RestorePreflight.bytes(manifest, plan);
                    safety = tables == null ? named(plan.needed()) : null;
                }
            });
        }

        /** As a request for a backup names them. */
        private static @Nullable List<String> named(List<QualifiedName> tables) {
            List<String> names = tables.stream()
                    .map(table -> new TableName(Optional.of(table.schema()), table.name()).toString())
                    .toList();
            return names.isEmpty() ? null : names;
        }

        private void describe(InPlacePlan plan) {
            plan.tables()
                    .forEach(table -> lines.add(table.name() + ": "
                            + (table.rows().isEmpty()
                                    ? "all rows"
                                    : table.rows().size() + " selections of rows")
                            + ", mode " + plan.selection().mode()
                            + (table.key().isEmpty() ? "" : ", by " + String.join(", ", table.key()))));
            plan.references()
                    .forEach(key -> lines.add(key.table() + " refers to " + key.refersTo() + " by "
                            + key.constraint() + " ("
                            + key.kind()
                                    .name()
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replace('_', ' ')
                            + ")"));
            lines.addAll(plan.notes());
            problems.addAll(plan.problems());
        }

        /** The rate of the backup's last proof. */
        private Optional<Double> proven(@Nullable Manifest manifest) {
            Proof last = lastProof;
            if (last == null || manifest == null) {
                return Optional.empty();
            }
            Optional<Double> rate = ProofRate.of(last, RestorePreflight.bytes(manifest));
            rate.ifPresent(ignored -> lines.add("this source was not restored before; the proof of " + last.finishedAt()
                    + " restored and compared this backup in " + ProofRate.seconds(last) + " s"));
            return rate;
        }

        RestorePlan plan(@Nullable Manifest manifest, Optional<Double> rate) {
            long load = bytes != null ? bytes : manifest == null ? 0 : RestorePreflight.bytes(manifest);
            Optional<Double> known = rate.or(() -> proven(manifest));
            return new RestorePlan(
                    manifest == null ? captured : manifest.backup(),
                    manifest == null ? instant : manifest.contents().snapshotAt(),
                    liveOid,
                    lines,
                    problems,
                    load,
                    (long) Math.ceil(load / known.orElse(ASSUMED_BYTES_PER_SECOND)) + 1,
                    known.isPresent(),
                    safety,
                    tables,
                    bookmark);
        }
    }
}
