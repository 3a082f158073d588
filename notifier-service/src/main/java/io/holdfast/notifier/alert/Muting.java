package io.holdfast.notifier.alert;

import io.holdfast.notifier.rule.AlertRule;
import io.holdfast.notifier.rule.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts are not sent because somebody silenced them, or because their cause is sent instead. A cause mutes its
 * symptoms while it fires: a symptom that outlasts it is told. Pure.
 */
final class Muting {
    /**
     * Why an alert is not sent.
     *
     * @param by the alert that is its cause; absent for a silence
     */
    record Muted(
            NotificationReason reason,
            String detail,
            @Nullable Alert by) {}

    private final List<Silence> silences;
    private final Instant now;
    private final Map<String, List<Alert>> active = new HashMap<>();
    private final @Nullable Alert vault;

    private Muting(List<Alert> alerts, List<Silence> silences, Instant now) {
        this.silences = silences;
        this.now = now;
        alerts.stream()
                .filter(Alert::isActive)
                .forEach(alert -> active.computeIfAbsent(alert.source, source -> new ArrayList<>())
                        .add(alert));
        this.vault = alerts.stream()
                .filter(alert -> alert.rule == AlertRule.VAULT_UNREACHABLE && alert.isActive())
                .findFirst()
                .orElse(null);
    }

    /** The muted ones of these alerts, by id. */
    static Map<UUID, Muted> of(List<Alert> alerts, List<Silence> silences, Instant now) {
        Muting muting = new Muting(alerts, silences, now);
        Map<UUID, Muted> muted = new HashMap<>();
        for (Alert alert : alerts) {
            muting.silenced(alert).or(() -> muting.symptom(alert)).ifPresent(why -> muted.put(alert.id, why));
        }
        return muted;
    }

    private Optional<Muted> silenced(Alert alert) {
        return silences.stream()
                .filter(silence -> silence.covers(alert, now))
                .findFirst()
                .map(silence -> new Muted(
                        NotificationReason.SILENCED,
                        "silenced by " + silence.createdBy() + " until " + silence.until() + ": " + silence.reason(),
                        null));
    }

    private Optional<Muted> symptom(Alert alert) {
        return ofVault(alert).or(() -> ofSource(alert));
    }

    private Optional<Muted> ofVault(Alert alert) {
        Alert outage = vault;
        if (outage == null || !alert.rule.isMutedByVault()) {
            return Optional.empty();
        }
        boolean failure = alert.rule == AlertRule.BACKUP_FAILED || alert.rule == AlertRule.PROOF_INCONCLUSIVE;
        if (failure && !alert.cause.equals(Condition.VAULT)) {
            return Optional.empty();
        }
        return Optional.of(inhibited(outage));
    }

    private Optional<Muted> ofSource(Alert alert) {
        return active.getOrDefault(alert.source, List.of()).stream()
                .filter(other -> other != alert && alert.rule.mutedBy().contains(other.rule))
                .findFirst()
                .map(Muting::inhibited);
    }

    private static Muted inhibited(Alert by) {
        return new Muted(
                NotificationReason.INHIBITED, "its cause is " + by.rule.label() + " (alert " + by.id + ")", by);
    }
}
