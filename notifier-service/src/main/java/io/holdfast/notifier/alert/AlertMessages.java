package io.holdfast.notifier.alert;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Notification.Mood;
import io.holdfast.notifier.notice.NumberFormats;
import io.holdfast.notifier.notice.RemediationHints;
import io.holdfast.notifier.rule.AlertRule;
import io.holdfast.notifier.rule.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The words of a message about alerts. Bounded, however many alerts it has. Pure. */
final class AlertMessages {
    private static final int LISTED = 20;
    private static final int LONGEST = 300;

    /** Evidence that the message has elsewhere. */
    private static final Set<String> HIDDEN = Set.of("alert", "code");

    private AlertMessages() {}

    /** @param link that acknowledges the alerts that fire; null without one */
    static Notification of(PlannedMessage message, @Nullable String link, Instant now) {
        List<Alert> firing = message.firing();
        List<Alert> resolved = message.resolved();
        Notification notice;
        if (firing.size() == 1 && resolved.isEmpty()) {
            notice = single(firing.getFirst(), message, now);
        } else if (firing.isEmpty() && resolved.size() == 1) {
            notice = over(resolved.getFirst(), message, now);
        } else {
            notice = several(message, now);
        }
        if (!message.affected().isEmpty()) {
            notice = notice.fact("Affected", affected(message.affected()));
        }
        return link == null || firing.isEmpty() ? notice : notice.fact("Acknowledge", link);
    }

    private static Notification single(Alert alert, PlannedMessage message, Instant now) {
        Notification notice = begin(alert.rule.event(), message, List.of(alert), title(alert), now)
                .says(prefix(message.reason(), alert) + alert.summary);
        notice = alert.source.isEmpty() ? notice : notice.fact("Source", alert.source);
        notice = notice.fact("Severity", alert.severity.name().toLowerCase(Locale.ROOT))
                .fact("Since", NumberFormats.instant(alert.firstSeen));
        notice = alert.occurrences > 1 ? notice.fact("Occurrences", alert.occurrences) : notice;
        for (Map.Entry<String, String> id : new TreeMap<>(alert.evidence).entrySet()) {
            notice = HIDDEN.contains(id.getKey()) ? notice : notice.fact(capital(id.getKey()), id.getValue());
        }
        notice = alert.escalation.isEmpty() ? notice : notice.fact("Escalation", alert.escalation);
        return notice.fact("Alert", alert.id).todo(remedy(alert));
    }

    private static String prefix(NotificationReason reason, Alert alert) {
        return switch (reason) {
            case REPEAT_DUE -> "Still firing: ";
            case ESCALATED -> "Not acknowledged since " + alert.firingSince + ": ";
            default -> "";
        };
    }

    private static Notification over(Alert alert, PlannedMessage message, Instant now) {
        Notification notice = begin(NotifiedEvent.ALERT_RESOLVED, message, List.of(), "Resolved: " + title(alert), now)
                .says(lasted(alert, now)
                        + lost(alert.lost
                                + message.affected().stream()
                                        .mapToLong(affected -> affected.lost)
                                        .sum()));
        notice = alert.source.isEmpty() ? notice : notice.fact("Source", alert.source);
        notice = alert.flaps > 0 ? notice.fact("Began again", alert.flaps + " times") : notice;
        return notice.fact("Alert", alert.id);
    }

    /** For the incident of an alert that somebody works on. */
    static Notification acknowledged(Alert alert, Alert.Acknowledgement by, Instant now) {
        Notification notice = Notification.of(
                        alert.rule.event(),
                        "alert/" + alert.id + "/acknowledged/" + now,
                        alert.source.isEmpty() ? null : alert.source,
                        Mood.INFO,
                        "Acknowledged: " + title(alert),
                        now)
                .says("Acknowledged by " + by.by() + " until " + NumberFormats.instant(by.until()) + ": " + by.note());
        return notice.fact("Alert", alert.id);
    }

    private static String lasted(Alert alert, Instant now) {
        return "It lasted " + NumberFormats.duration(alert.duration(now).toMillis());
    }

    private static String lost(long runs) {
        return runs == 0 ? "." : "; " + NumberFormats.count(runs, "run was lost.", "runs were lost.");
    }

    private static Notification several(PlannedMessage message, Instant now) {
        List<Alert> firing = message.firing();
        List<Alert> resolved = message.resolved();
        String title = firing.isEmpty()
                ? resolved.size() + " alerts resolved: " + counts(resolved)
                : NumberFormats.count(firing.size(), "alert fires", "alerts fire") + ": " + counts(firing)
                        + (resolved.isEmpty() ? "" : "; " + resolved.size() + " resolved");
        List<String> lines = new ArrayList<>();
        firing.stream().limit(LISTED).forEach(alert -> lines.add(cut(alert.summary)));
        more(firing.size(), lines);
        resolved.stream()
                .limit(LISTED)
                .forEach(
                        alert -> lines.add("resolved: " + title(alert) + ". " + lasted(alert, now) + lost(alert.lost)));
        more(resolved.size(), lines);
        NotifiedEvent kind = firing.isEmpty() ? NotifiedEvent.ALERT_RESOLVED : NotifiedEvent.ALERT_RAISED;
        return begin(kind, message, firing, title, now)
                .says(String.join("\n", lines))
                .fact("All", "holdfast alerts")
                .todo(firing.isEmpty() ? null : remedies(firing));
    }

    private static void more(int all, List<String> lines) {
        if (all > LISTED) {
            lines.add(String.format(Locale.ROOT, "… and %,d more", all - LISTED));
        }
    }

    /** How many alerts of each rule, the most first. */
    private static String counts(List<Alert> alerts) {
        Map<AlertRule, Long> counts = alerts.stream()
                .collect(Collectors.groupingBy(alert -> alert.rule, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<AlertRule, Long>comparingByValue().reversed())
                .map(entry -> words(entry.getKey()) + " (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String remedies(List<Alert> firing) {
        return firing.stream()
                .map(alert -> alert.rule)
                .distinct()
                .limit(3)
                .map(rule -> words(rule) + ": " + rule.remedy())
                .collect(Collectors.joining(". "));
    }

    private static String affected(List<Alert> alerts) {
        String listed = alerts.stream()
                .limit(LISTED)
                .map(alert -> words(alert.rule) + " " + alert.source)
                .collect(Collectors.joining(", "));
        return alerts.size() + ": " + listed + (alerts.size() > LISTED ? ", …" : "");
    }

    private static Notification begin(
            NotifiedEvent kind, PlannedMessage message, List<Alert> firing, String title, Instant now) {
        boolean over = kind == NotifiedEvent.ALERT_RESOLVED;
        String thing = "alert/" + message.thread() + (over ? "/resolved/" : "/raised/") + now;
        return Notification.of(kind, thing, source(message), over ? Mood.GOOD : mood(firing), title, now);
    }

    private static @Nullable String source(PlannedMessage message) {
        List<String> sources = Stream.concat(message.firing().stream(), message.resolved().stream())
                .map(alert -> alert.source)
                .distinct()
                .toList();
        return sources.size() == 1 && !sources.getFirst().isEmpty() ? sources.getFirst() : null;
    }

    private static Mood mood(List<Alert> firing) {
        return firing.stream()
                .map(alert -> alert.severity)
                .min(Comparator.<Severity>naturalOrder())
                .map(worst -> switch (worst) {
                    case CRITICAL -> Mood.BAD;
                    case WARNING -> Mood.WARNING;
                    case INFO -> Mood.INFO;
                })
                .orElse(Mood.INFO);
    }

    /** Such as {@code Backup failed: portal}. */
    static String title(Alert alert) {
        String about = alert.source.isEmpty() && !alert.evidence.containsKey("alert") ? alert.object : alert.source;
        return capital(words(alert.rule)) + (about.isEmpty() ? "" : ": " + about);
    }

    static String remedy(Alert alert) {
        Optional<FailureCode> code = Arrays.stream(FailureCode.values())
                .filter(known -> known.name().equals(alert.evidence.get("code")))
                .findFirst();
        if (code.isPresent() && alert.rule == AlertRule.BACKUP_FAILED) {
            return RemediationHints.forBackup(code.get(), alert.source);
        }
        if (code.isPresent() && alert.rule == AlertRule.RESTORE_FAILED) {
            return RemediationHints.forRestore(code.get());
        }
        String id = alert.evidence.entrySet().stream()
                .filter(entry -> !HIDDEN.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("ID");
        return alert.rule
                .remedy()
                .replace("SOURCE", alert.source.isEmpty() ? "SOURCE" : alert.source)
                .replaceAll("\\bID\\b", Matcher.quoteReplacement(id))
                .replace("NAME", alert.object.isEmpty() ? "NAME" : alert.object);
    }

    private static String words(AlertRule rule) {
        return rule.label()
                .replace('-', ' ')
                .replace("rpo", "RPO")
                .replace("rto", "RTO")
                .replace("ddl", "DDL");
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
