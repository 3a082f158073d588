package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a notice tells of an alert, read off its thing: {@code alert/ID/VERB/INSTANT}. An id may hold slashes.
 *
 * @param key such as {@code alert/backup-overdue/portal}: the same from the beginning of the alert to its end
 */
record AlertThing(String key, Step step) {
    private static final Pattern THING = Pattern.compile("(?<key>alert/.+?)/(?<verb>[a-z-]+)(/[0-9][^/]*)?");

    enum Step {
        RAISED,
        ACKNOWLEDGED,
        RESOLVED
    }

    /** Empty for a notice of something else. */
    static Optional<AlertThing> of(Notification notice) {
        Matcher matcher = THING.matcher(notice.thing());
        return matcher.matches()
                ? Optional.of(new AlertThing(matcher.group("key"), step(matcher.group("verb"))))
                : Optional.empty();
    }

    static boolean begins(Notification notice) {
        return of(notice).filter(alert -> alert.step() == Step.RAISED).isPresent();
    }

    static boolean ends(Notification notice) {
        return of(notice).filter(alert -> alert.step() == Step.RESOLVED).isPresent();
    }

    private static Step step(String verb) {
        return switch (verb) {
            case "resolved" -> Step.RESOLVED;
            case "acknowledged" -> Step.ACKNOWLEDGED;
            default -> Step.RAISED; // also repeated or escalated
        };
    }
}
