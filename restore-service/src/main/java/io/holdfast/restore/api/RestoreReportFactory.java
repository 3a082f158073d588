package io.holdfast.restore.api;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreApproval;
import io.holdfast.restore.domain.RestoreDetails;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RewindProgress;
import io.holdfast.restore.report.RestoreReport;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.transfer.access.SourceConnector;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells a restore as a report. */
@ApplicationScoped
class RestoreReportFactory {
    private final TargetRegistry targetRegistry;

    RestoreReportFactory(TargetRegistry targetRegistry) {
        this.targetRegistry = targetRegistry;
    }

    RestoreReport of(Restore it) {
        RestorePlan plan = it.account().plan();
        RestoreApproval approval = it.approval();
        FailureReason reason = it.reason();
        return new RestoreReport(
                it.id(),
                it.source().name(),
                outcome(it),
                reason == null ? null : reason.message(),
                it.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                target(it),
                it.backupId(),
                it.snapshotAt(),
                it.wish().by(),
                it.wish().request().why(),
                approval == null ? null : approval.by(),
                approval == null ? null : approval.at(),
                it.requestedAt(),
                switchedAt(it),
                it.completedAt(),
                it.endedAt(),
                plan == null ? List.of() : lines(plan),
                it.steps().stream()
                        .map(step ->
                                new RestoreReport.Step(step.name(), step.startedAt(), step.endedAt(), step.detail()))
                        .toList(),
                it.account().checks(),
                differences(it.account()),
                it.account().checklist(),
                objective(it),
                nextSteps(it));
    }

    private static RestoreReport.Outcome outcome(Restore it) {
        return switch (it.state()) {
            case WATCHING -> RestoreReport.Outcome.WATCHING;
            case COMPLETED, PLANNED -> RestoreReport.Outcome.COMPLETED;
            case FAILED -> RestoreReport.Outcome.FAILED;
            case CANCELLED, EXPIRED -> RestoreReport.Outcome.CANCELLED;
            case ROLLED_BACK -> RestoreReport.Outcome.ROLLED_BACK;
            default -> RestoreReport.Outcome.RUNNING;
        };
    }

    private String target(Restore it) {
        return targetRegistry
                .configured(it.server())
                .map(server -> new SourceConnector(it.server(), server).place() + "/" + it.database())
                .orElse(it.database());
    }

    /** Of a server that its provider took back: when it was asked, because nothing that was written since is there. */
    private static @Nullable Instant switchedAt(Restore it) {
        RewindProgress rewind = it.account().rewind();
        if (rewind != null) {
            return rewind.restoredAt() == null ? null : rewind.requestedAt();
        }
        return it.isSwitched() ? it.switching().switchedAt() : null;
    }

    private static List<String> lines(RestorePlan plan) {
        List<String> lines = new ArrayList<>(plan.lines());
        plan.problems().forEach(problem -> lines.add("problem: " + problem.message()));
        lines.add("estimated at " + Duration.ofSeconds(plan.seconds()) + " until the switch"
                + (plan.measured()
                        ? ", from earlier restores of this source or the proof of the backup"
                        : ", assumed: none was measured yet"));
        return lines;
    }

    private static List<RestoreReport.Difference> differences(RestoreDetails restoreDetails) {
        InPlaceDiff before = restoreDetails.difference();
        if (before == null) {
            return List.of();
        }
        Map<Object, RestoreReport.Counts> after = new HashMap<>();
        InPlaceDiff left = restoreDetails.after();
        if (left != null) {
            left.tables().forEach(table -> after.put(table.name(), counts(table)));
        }
        return before.tables().stream()
                .map(table ->
                        new RestoreReport.Difference(table.name().toString(), counts(table), after.get(table.name())))
                .toList();
    }

    private static RestoreReport.Counts counts(InPlaceDiff.Table table) {
        return new RestoreReport.Counts(
                table.missing().count(), table.changed().count(), table.extra().count());
    }

    private @Nullable Long objective(Restore it) {
        return targetRegistry
                .configured(it.source().name())
                .map(SourceConfig::objectives)
                .flatMap(SourceConfig.Objectives::rto)
                .map(Duration::toMillis)
                .orElse(null);
    }

    private static List<String> nextSteps(Restore it) {
        List<String> next = new ArrayList<>();
        if (it.state() == RestoreState.WATCHING || it.state() == RestoreState.COMPLETED) {
            if (it.kind().replaces()) {
                next.add("Enter again what was written after " + it.snapshotAt() + ".");
            }
            if (it.kind().touchesLive()) {
                next.add("Look at the points of the checklist that are open, and tick them.");
            }
            if (it.kind() == RestoreKind.REWIND) {
                next.add("What was there before is in the safety backup: "
                        + it.account().safety() + ".");
            }
            Optional.ofNullable(it.keeps() ? it.switching().keptUntil() : null)
                    .ifPresent(until -> next.add(
                            "What was there before is kept until " + until + ": holdfast rollback " + it.id()));
        } else if (it.state() == RestoreState.FAILED || it.state() == RestoreState.ROLLED_BACK) {
            next.add("Put right what went wrong, then ask for the restore again.");
        }
        return next;
    }
}
