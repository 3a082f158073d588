package io.holdfast.notifier.rule;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong now, by a rule. Its key is rule, source and object.
 *
 * @param source name of the source; empty for the platform
 * @param object what tells two conditions of one rule and source apart, such as a restore; empty if there is only one
 * @param cause what conditions of one cause share, such as {@code vault} or {@code host db:5432}; empty: only itself
 * @param occurrences failures so far
 * @param firing false: its threshold is not reached
 * @param lost runs that were lost because of it
 * @param since when it began
 * @param last time of the last occurrence; null: it lasts
 * @param evidence ids of what it was found on by their kind, and {@code code} of the failure
 */
public record Condition(
        AlertRule rule,
        String source,
        String object,
        Severity severity,
        String cause,
        String summary,
        long occurrences,
        boolean firing,
        long lost,
        Instant since,
        @Nullable Instant last,
        Map<String, String> evidence) {

    public static final String VAULT = "vault";

    public Condition {
        evidence = Map.copyOf(evidence);
    }

    /** One that fires, has no cause but itself and was seen once. */
    static Condition of(AlertRule rule, String source, String object, String summary, Instant since) {
        return new Condition(rule, source, object, rule.severity(), "", summary, 1, true, 0, since, null, Map.of());
    }

    Condition counted(long occurrences, boolean firing) {
        return new Condition(
                rule, source, object, severity, cause, summary, occurrences, firing, lost, since, last, evidence);
    }

    Condition losing(long lost) {
        return new Condition(
                rule, source, object, severity, cause, summary, occurrences, firing, lost, since, last, evidence);
    }

    Condition causedBy(String cause) {
        return new Condition(
                rule, source, object, severity, cause, summary, occurrences, firing, lost, since, last, evidence);
    }

    Condition asBadAs(Severity severity) {
        return new Condition(
                rule, source, object, severity, cause, summary, occurrences, firing, lost, since, last, evidence);
    }

    Condition at(Instant last) {
        return new Condition(
                rule, source, object, severity, cause, summary, occurrences, firing, lost, since, last, evidence);
    }

    Condition with(String kind, String id) {
        Map<String, String> more = new HashMap<>(evidence);
        more.put(kind, id);
        return new Condition(
                rule, source, object, severity, cause, summary, occurrences, firing, lost, since, last, more);
    }
}
