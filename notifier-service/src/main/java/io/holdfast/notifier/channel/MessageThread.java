package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The conversation that a notice belongs to: one for each backup, restore and alert. */
final class MessageThread {
    private static final Pattern JOB = Pattern.compile("(?<key>(backup|restore)/[^/]+)/.+");
    private static final String VERIFICATION = "verification/";
    private static final String BACKUP = "Backup";

    private MessageThread() {}

    /** Such as {@code backup/0197f0c4…}; empty for a notice that stands alone. A verification belongs to its backup. */
    static Optional<String> keyOf(Notification notice) {
        if (notice.thing().startsWith(VERIFICATION)) {
            return notice.facts().stream()
                    .filter(fact -> fact.label().equals(BACKUP))
                    .map(fact -> "backup/" + fact.value())
                    .findFirst();
        }
        Matcher job = JOB.matcher(notice.thing());
        return job.matches()
                ? Optional.of(job.group("key"))
                : AlertThing.of(notice).map(AlertThing::key);
    }
}
