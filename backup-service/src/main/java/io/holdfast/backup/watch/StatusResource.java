package io.holdfast.backup.watch;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.schedule.ScheduleTicker;
import io.holdfast.backup.schedule.SourcePauses;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The state of all sources over REST. */
@Path("/api/status")
@Tag(name = "Status")
class StatusResource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SourceRegistry sources;
    private final SourceCheckTable checks;
    private final RecoveryPointTable recoveryPoints;
    private final SourcePauses pauses;
    private final ScheduleTicker ticker;
    private final AlertBook alerts;
    private final DiskWatch disks;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;
    private final Caller caller;

    StatusResource(
            SourceRegistry sources,
            SourceCheckTable checks,
            RecoveryPointTable recoveryPoints,
            SourcePauses pauses,
            ScheduleTicker ticker,
            AlertBook alerts,
            DiskWatch disks,
            TransactionRunner transactionRunner,
            InstantSource clock,
            Caller caller) {
        this.sources = sources;
        this.checks = checks;
        this.recoveryPoints = recoveryPoints;
        this.pauses = pauses;
        this.ticker = ticker;
        this.alerts = alerts;
        this.disks = disks;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW)
    @Blocking
    @Operation(
            summary = "Every source: last backup, last proof, recovery point now and its objective, next run, state",
            description = "With the alerts of backup-service that have not ended, and the free space of its folders of"
                    + " temporary files.")
    public StatusView status() {
        VisibleSources visible = caller.access().visible();
        Instant now = clock.instant();
        Map<SourceId, SourceCheckResult> checked = checks.newest();
        Map<SourceId, RecoveryPoint> points = recoveryPoints.all();
        Set<SourceId> paused = transactionRunner.run(pauses::all).await().atMost(PATIENCE).stream()
                .map(pause -> pause.source().id())
                .collect(Collectors.toSet());
        List<StatusView.SourceStatus> all = sources.all().stream()
                .filter(source -> visible.contains(source.ref().name()))
                .map(source -> {
                    SourceId id = source.ref().id();
                    return of(
                            source,
                            checked.get(id),
                            points.getOrDefault(id, RecoveryPoint.none(id)),
                            paused.contains(id),
                            now);
                })
                .toList();
        return new StatusView(
                all,
                alerts.open().stream()
                        .filter(alert -> isVisible(alert, visible))
                        .map(StatusResource::view)
                        .toList(),
                disks.all().stream().map(StatusResource::view).toList());
    }

    /** Alerts of the platform are for everybody. */
    private static boolean isVisible(AlertCondition alert, VisibleSources visible) {
        SourceRef source = alert.source();
        return source == null || visible.contains(source.name());
    }

    private StatusView.SourceStatus of(
            ProtectedSource source,
            @Nullable SourceCheckResult check,
            RecoveryPoint point,
            boolean paused,
            Instant now) {
        Optional<Duration> objective = source.config().objectives().rpo();
        Duration age = point.age(Objectives.mustBeProven(source.config()), now);
        Boolean met =
                objective.map(rpo -> age != null && age.compareTo(rpo) <= 0).orElse(null);
        boolean down = check != null && !check.ok();
        return new StatusView.SourceStatus(
                source.ref(),
                state(down, met, paused, point),
                point.stored(),
                point.proven(),
                age == null ? null : age.toSeconds(),
                objective.map(Duration::toSeconds).orElse(null),
                met,
                ticker.nextRun(source).orElse(null),
                check == null ? null : check.latencyMillis(),
                down && check != null && check.reason() != null
                        ? check.reason().message() + " [" + check.reason().code() + "]"
                        : null);
    }

    private static StatusView.SourceState state(
            boolean down, @Nullable Boolean met, boolean paused, RecoveryPoint point) {
        if (down) {
            return StatusView.SourceState.DOWN;
        }
        if (point.stored() == null) {
            return StatusView.SourceState.NEW;
        }
        if (Boolean.FALSE.equals(met)) {
            return StatusView.SourceState.RPO_BROKEN;
        }
        return paused ? StatusView.SourceState.PAUSED : StatusView.SourceState.OK;
    }

    private static StatusView.DiskView view(DiskSpaceTable.Measurement disk) {
        return new StatusView.DiskView(
                disk.host(),
                disk.space().folder(),
                disk.space().free(),
                disk.space().size(),
                disk.space().percentFree(),
                disk.checkedAt());
    }

    private static StatusView.AlertView view(AlertCondition alert) {
        return new StatusView.AlertView(
                alert.key(), alert.name(), alert.severity().name(), alert.source(), alert.summary(), alert.cause());
    }
}
