package io.holdfast.notifier.alert;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.notifier.escalation.Chain;
import io.holdfast.notifier.rule.AlertRule;
import io.holdfast.notifier.rule.Condition;
import io.holdfast.notifier.rule.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One alert: a condition from its begin to its end. Not thread-safe; a round or a request owns it with its row. */
final class Alert {
    /** An alert that begins again within this time is the same alert. */
    static final Duration REOPENED_WITHIN = Duration.ofMinutes(30);

    private static final int FLAPS = 3;
    private static final Duration SEEN_EVERY = Duration.ofMinutes(1);

    final UUID id;
    final AlertRule rule;
    final String source;
    final String object;
    AlertState state = AlertState.PENDING;
    Severity severity;
    String cause;
    String summary;
    Map<String, String> evidence;
    long occurrences;
    long lost;
    Instant firstSeen;
    Instant lastSeen;

    @Nullable
    Instant firingSince;

    @Nullable
    Instant resolvedAt;

    int flaps;

    @Nullable
    Acknowledgement acknowledgement;

    Chain chain = Chain.NONE;
    int nextStep;

    @Nullable
    Instant escalatingSince;

    /** What happened to its escalation that people should know. */
    String escalation = "";

    /** Nothing more is to be sent. */
    boolean settled;

    /** Silenced, or a symptom of an alert that is told. */
    boolean muted;

    boolean changed;

    /** @param until when it expires */
    record Acknowledgement(String by, Instant at, Instant until, String note) {}

    /** What tells alerts apart while they last. */
    record Key(AlertRule rule, String source, String object) {}

    Alert(UUID id, AlertRule rule, String source, String object, Condition condition) {
        this.id = id;
        this.rule = rule;
        this.source = source;
        this.object = object;
        this.severity = condition.severity();
        this.cause = condition.cause();
        this.summary = condition.summary();
        this.evidence = condition.evidence();
        this.firstSeen = condition.since();
        this.lastSeen = condition.since();
    }

    static Alert begin(UUID id, Condition condition) {
        Alert alert = new Alert(id, condition.rule(), condition.source(), condition.object(), condition);
        alert.changed = true;
        return alert;
    }

    Key key() {
        return new Key(rule, source, object);
    }

    boolean isOpen() {
        return state != AlertState.RESOLVED;
    }

    /** Whether it fires, acknowledged or not. */
    boolean isActive() {
        return state == AlertState.FIRING || state == AlertState.ACKNOWLEDGED;
    }

    /** The name under which its messages are gathered: its cause, or else its rule. */
    String group() {
        return cause.isEmpty() ? rule.label() : cause;
    }

    /** The condition lasts. */
    void seen(Condition condition, Chain configured, Instant now) {
        Instant last = condition.last() == null ? now : condition.last();
        boolean late = Duration.between(lastSeen, last).compareTo(SEEN_EVERY) >= 0
                || (condition.last() != null && !last.equals(lastSeen));
        changed |= late
                || occurrences != condition.occurrences()
                || severity != condition.severity()
                || !cause.equals(condition.cause())
                || !summary.equals(condition.summary());
        severity = condition.severity();
        cause = condition.cause();
        summary = condition.summary();
        evidence = condition.evidence();
        occurrences = condition.occurrences();
        lost = Math.max(lost, condition.lost());
        lastSeen = late ? last : lastSeen;
        if (state == AlertState.PENDING && condition.firing()) {
            fire(configured, now);
        }
    }

    private void fire(Chain configured, Instant now) {
        become(AlertState.FIRING);
        firingSince = now;
        chain = severity == Severity.CRITICAL ? configured : Chain.NONE;
        escalate(now);
    }

    private void escalate(Instant now) {
        nextStep = 0;
        escalatingSince = now;
        escalation = "";
    }

    /** The condition came back before the alert was forgotten. */
    void reopen(Condition condition, Chain configured, Instant now) {
        resolvedAt = null;
        settled = false;
        flaps++;
        if (condition.firing()) {
            fire(configured, now);
        } else {
            throw new IllegalStateException("only a condition that fires reopens an alert");
        }
        seen(condition, configured, now);
    }

    void resolve(Instant now) {
        settled = state == AlertState.PENDING;
        become(AlertState.RESOLVED);
        acknowledgement = null;
        resolvedAt = now;
    }

    /** @throws HoldfastException REQUEST_CONFLICT if it does not fire */
    void acknowledge(Acknowledgement by) {
        if (!isActive()) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.REQUEST_CONFLICT,
                    "alert " + id + " is " + state + "; only an alert that fires can be acknowledged");
        }
        state = AlertState.ACKNOWLEDGED;
        acknowledgement = by;
        changed = true;
    }

    /** Fires again once the acknowledgement has expired. The chain goes on after its last step, at that step's distance. */
    boolean expireAcknowledgement(Instant now) {
        Acknowledgement by = acknowledgement;
        if (by == null || by.until().isAfter(now)) {
            return false;
        }
        become(AlertState.FIRING);
        acknowledgement = null;
        escalatingSince =
                nextStep == 0 ? now : now.minus(chain.steps().get(nextStep - 1).after());
        escalation = "the acknowledgement by " + by.by() + " expired";
        return true;
    }

    /** @param since the begin of the chain by which the next step is due */
    void stepTaken(int index, Instant since, String remark) {
        nextStep = index + 1;
        escalatingSince = since;
        escalation = remark;
        changed = true;
    }

    void mute(boolean now) {
        changed |= muted != now;
        muted = now;
    }

    void settle() {
        settled = true;
        changed = true;
    }

    /** Whether it began and ended so often that its next messages wait until it stays as it is. */
    boolean isFlapping(Instant now) {
        Instant last = resolvedAt != null ? resolvedAt : firingSince;
        return flaps >= FLAPS && last != null && last.plus(REOPENED_WITHIN).isAfter(now);
    }

    /** From the first occurrence to the end, or to now. */
    Duration duration(Instant now) {
        return Duration.between(firstSeen, resolvedAt == null ? now : resolvedAt);
    }

    private void become(AlertState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("alert " + id + " is " + state + " and cannot become " + next);
        }
        state = next;
        changed = true;
    }
}
