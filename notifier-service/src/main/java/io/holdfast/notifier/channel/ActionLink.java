package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A link of a message: what its reader may do or read at once. Holdfast makes it itself, as the fact {@code Acknowledge} or
 * {@code Report}; addresses in names and in messages of other systems stay text.
 *
 * @param url http or https, without characters that end a link in any markup
 */
public record ActionLink(String label, String url) {
    private static final Set<String> LABELS = Set.of("Acknowledge", "Report");
    private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]-]{1,2000}");

    static List<ActionLink> of(Notification notice) {
        return notice.facts().stream()
                .filter(ActionLink::isLink)
                .map(fact -> new ActionLink(fact.label(), fact.value()))
                .toList();
    }

    /** The facts that are not links. */
    static List<Notification.Fact> others(Notification notice) {
        return notice.facts().stream().filter(fact -> !isLink(fact)).toList();
    }

    private static boolean isLink(Notification.Fact fact) {
        return LABELS.contains(fact.label()) && URL.matcher(fact.value()).matches();
    }
}
