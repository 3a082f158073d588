package io.holdfast.verifier.drill;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.drill.CheckNames;
import io.holdfast.drill.Checklist;
import io.holdfast.drill.DrillCheck;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.DrillTimes;
import io.holdfast.drill.DrilledBackup;
import io.holdfast.drill.EarlierDrill;
import io.holdfast.drill.NegativeControl;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.vault.format.BackupSizeTotals;
import io.holdfast.vault.format.Manifest;
import io.holdfast.verifier.scratch.RestoredCopy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Writes the reports of drills. */
@ApplicationScoped
class DrillReports {
    /** Earlier drills that a report shows. */
    static final int EARLIER = 12;

    private static final String RESTORE = "restore";
    private static final String NO_ENVIRONMENT = "none";

    private final InstantSource clock;
    private final String version;

    DrillReports(
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.clock = clock;
        this.version = version;
    }

    Written of(DrillContext context, RestoredCopy copy, DrillChecks run, List<ControlResult> controls) {
        List<DrillCheck> checks = new ArrayList<>(run.checks());
        controls.stream()
                .filter(control -> !control.isApplied())
                .map(DrillReports::notApplied)
                .forEach(checks::add);
        List<NegativeControl> applied = controls.stream()
                .filter(ControlResult::isApplied)
                .map(DrillReports::applied)
                .toList();
        RestoredCopy.Times times = copy.times();
        FailureReason reason = reason(context, checks, applied, run.differences());
        return written(
                context,
                copy.manifest(),
                context.staging()
                        .filter(ignored -> reason == null)
                        .map(staging -> staging.connector().databaseName())
                        .orElseGet(() -> copy.place().name()),
                new DrillTimes(
                        times.restore(), times.load(), times.index(), run.millis(), age(context, copy.manifest())),
                checks,
                applied,
                reason);
    }

    /** @param reason null: the drill passed */
    record Written(DrillReport report, @Nullable FailureReason reason) {}

    /** The report of a backup that could not be restored. */
    Written notRestored(DrillContext context, Manifest manifest, FailureReason reason) {
        DrillCheck failed = new DrillCheck(
                isOfChunks(reason.code()) ? CheckNames.DOWNLOAD : RESTORE,
                DrillCheck.Outcome.FAILED,
                "the whole backup",
                reason.code().name(),
                0,
                reason.message());
        return written(
                context,
                manifest,
                "none, the restore failed",
                new DrillTimes(0, 0, 0, 0, age(context, manifest)),
                List.of(failed),
                List.of(),
                reason);
    }

    private static boolean isOfChunks(FailureCode code) {
        return code == FailureCode.CHUNK_MISSING || code == FailureCode.CHUNK_CORRUPT;
    }

    private static @Nullable FailureReason reason(
            DrillContext context,
            List<DrillCheck> checks,
            List<NegativeControl> controls,
            List<FailureReason> differences) {
        if (!differences.isEmpty()) {
            FailureReason first = differences.getFirst();
            return new FailureReason(
                    first.code(),
                    "the restored copy differs from the backup in " + differences.size() + " places, the first being: "
                            + first.message(),
                    first.object());
        }
        Optional<NegativeControl> missed =
                controls.stream().filter(control -> !control.found()).findFirst();
        if (missed.isPresent()) {
            return FailureReason.of(
                    FailureCode.CONTROL_NOT_FOUND,
                    "negative control \"" + missed.get().name() + "\": the check \""
                            + missed.get().expectedCheck() + "\" did not find it ("
                            + missed.get().detail()
                            + "); do not trust this check, and report a defect");
        }
        List<String> failed = checks.stream()
                .filter(check -> check.outcome() == DrillCheck.Outcome.FAILED)
                .map(check -> check.name() + " (" + check.finding() + ")")
                .toList();
        if (!failed.isEmpty()) {
            return FailureReason.of(
                    FailureCode.CHECKS_FAILED,
                    (failed.size() == 1 ? "a check failed: " : failed.size() + " checks failed: ")
                            + String.join("; ", failed));
        }
        List<String> open = DrillChecks.unanswered(context, checks);
        return open.isEmpty()
                ? null
                : FailureReason.of(
                        FailureCode.CHECKS_FAILED,
                        "configured checks could not be run: " + String.join(", ", open)
                                + "; the report says why; correct them");
    }

    private Written written(
            DrillContext context,
            Manifest manifest,
            String database,
            DrillTimes times,
            List<DrillCheck> checks,
            List<NegativeControl> controls,
            @Nullable FailureReason reason) {
        Drill drill = context.drill();
        BackupSizeTotals totals = manifest.totals();
        DrillReport report = new DrillReport(
                drill.id().toString(),
                drill.sourceName(),
                context.config().flatMap(source -> source.environment()).orElse(NO_ENVIRONMENT),
                drill.kind(),
                DescriptorCodec.of(manifest).engine(),
                manifest.contents().server().version(),
                context.startedAt(),
                clock.instant(),
                drill.requestedBy(),
                new DrilledBackup(
                        manifest.backup().toString(),
                        manifest.contents().snapshotAt(),
                        totals.bytes(),
                        totals.newStoredBytes(),
                        totals.tables(),
                        totals.rows()),
                database,
                times,
                context.rto().map(Duration::toMillis).orElse(null),
                context.rpo().map(Duration::toMillis).orElse(null),
                checks,
                controls,
                Checklist.decide(checks, reason == null),
                List.of(),
                context.earlier().stream().map(DrillReports::earlier).toList(),
                null,
                reason == null,
                reason == null ? null : reason.message(),
                version);
        return new Written(report, reason);
    }

    private static long age(DrillContext context, Manifest manifest) {
        return Math.max(
                0,
                Duration.between(manifest.contents().snapshotAt(), context.startedAt())
                        .toMillis());
    }

    static EarlierDrill earlier(Drill it) {
        return new EarlierDrill(
                it.id().toString(),
                it.endedAt() == null ? it.requestedAt() : it.endedAt(),
                it.restoreMillis(),
                it.bytes(),
                it.passed());
    }

    private static NegativeControl applied(ControlResult control) {
        boolean found = control.state() == ControlResult.State.FOUND;
        return new NegativeControl(
                control.name(), control.check(), found, found ? control.check() : null, control.detail());
    }

    /** A check that is untested fails the drill: a drill that passes has tested its checks. */
    private static DrillCheck notApplied(ControlResult control) {
        return new DrillCheck(
                "negative control: " + control.name(),
                control.state() == ControlResult.State.UNTESTED
                        ? DrillCheck.Outcome.FAILED
                        : DrillCheck.Outcome.NOT_RUN,
                "found by the check \"" + control.check() + "\"",
                "",
                0,
                control.detail());
    }
}
