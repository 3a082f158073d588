package io.holdfast.notifier.alert;

import io.holdfast.notifier.escalation.Chain;
import io.holdfast.notifier.rule.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** Brings the known alerts in line with what is wrong now. Pure but for the ids of new alerts. */
final class AlertBook {
    private final Supplier<UUID> ids;
    private final Function<String, Chain> chains;

    /** @param chains the escalation of a source */
    AlertBook(Supplier<UUID> ids, Function<String, Chain> chains) {
        this.ids = ids;
        this.chains = chains;
    }

    /**
     * Changes the known alerts and returns them with the new ones.
     *
     * @param known those that are open, not settled, or ended less than {@link Alert#REOPENED_WITHIN} ago
     */
    List<Alert> reconcile(List<Alert> known, List<Condition> conditions, Instant now) {
        Map<Alert.Key, Alert> byKey = new HashMap<>();
        known.forEach(alert -> byKey.merge(alert.key(), alert, AlertBook::newest));
        List<Alert> all = new ArrayList<>(known);
        Set<Alert.Key> wrong = new HashSet<>();
        for (Condition condition : conditions) {
            Alert.Key key = new Alert.Key(condition.rule(), condition.source(), condition.object());
            if (!wrong.add(key)) {
                continue;
            }
            Chain chain = chains.apply(condition.source());
            Alert alert = byKey.get(key);
            if (alert != null && alert.isOpen()) {
                alert.seen(condition, chain, now);
            } else if (alert != null && isRecent(alert, now) && condition.firing()) {
                alert.reopen(condition, chain, now);
            } else {
                Alert begun = Alert.begin(ids.get(), condition);
                begun.seen(condition, chain, now);
                all.add(begun);
            }
        }
        known.stream()
                .filter(alert -> alert.isOpen() && !wrong.contains(alert.key()))
                .forEach(alert -> alert.resolve(now));
        return all;
    }

    private static Alert newest(Alert one, Alert other) {
        if (one.isOpen() != other.isOpen()) {
            return one.isOpen() ? one : other;
        }
        return one.firstSeen.isBefore(other.firstSeen) ? other : one;
    }

    private static boolean isRecent(Alert alert, Instant now) {
        Instant resolved = alert.resolvedAt;
        return resolved != null && resolved.plus(Alert.REOPENED_WITHIN).isAfter(now) && alert.firingSince != null;
    }
}
