package io.holdfast.backup.watch;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.backup.schedule.SourcePause;
import io.holdfast.backup.schedule.SourcePauses;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.config.Durations;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.runtime.TransactionRunner;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Raises an alert while a paused source breaks its recovery point objective. */
@ApplicationScoped
class RecoveryPointAlerts {
    static final String PAUSED = "pause-exceeds-rpo";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SourceRegistry sources;
    private final RecoveryPointTable recoveryPoints;
    private final SourcePauses pauses;
    private final AlertBook alerts;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;

    RecoveryPointAlerts(
            SourceRegistry sources,
            RecoveryPointTable recoveryPoints,
            SourcePauses pauses,
            AlertBook alerts,
            TransactionRunner transactionRunner,
            InstantSource clock) {
        this.sources = sources;
        this.recoveryPoints = recoveryPoints;
        this.pauses = pauses;
        this.alerts = alerts;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
    }

    void look() {
        Map<SourceId, SourcePause> paused = transactionRunner.run(pauses::all).await().atMost(PATIENCE).stream()
                .collect(Collectors.toMap(pause -> pause.source().id(), pause -> pause));
        Map<SourceId, RecoveryPoint> points = recoveryPoints.all();
        for (ProtectedSource source : sources.all()) {
            SourceId id = source.ref().id();
            String key = PAUSED + "/" + source.ref().name();
            Optional<AlertCondition> condition = condition(
                    key, source, paused.get(id), points.getOrDefault(id, RecoveryPoint.none(id)), clock.instant());
            condition.ifPresentOrElse(alerts::raise, () -> alerts.resolve(key));
        }
    }

    private static Optional<AlertCondition> condition(
            String key, ProtectedSource source, @Nullable SourcePause pause, RecoveryPoint point, Instant now) {
        Optional<Duration> rpo = source.config().objectives().rpo();
        if (pause == null || rpo.isEmpty()) {
            return Optional.empty();
        }
        Duration age = point.age(Objectives.mustBeProven(source.config()), now);
        if (age != null && age.compareTo(rpo.get()) <= 0) {
            return Optional.empty();
        }
        String data = age == null ? "nothing can be restored" : "the newest restorable data is " + text(age) + " old";
        return Optional.of(new AlertCondition(
                key,
                PAUSED,
                AlertEvent.Severity.WARNING,
                source.ref(),
                "source \"" + source.ref().name() + "\": its backups are paused until " + pause.until() + " ("
                        + pause.reason() + ") and " + data + ", the objective is " + Durations.format(rpo.get())
                        + "; take a backup, or end the pause: holdfast resume "
                        + source.ref().name(),
                null));
    }

    private static String text(Duration age) {
        return Durations.format(Duration.ofMinutes(Math.max(1, age.toMinutes())));
    }
}
