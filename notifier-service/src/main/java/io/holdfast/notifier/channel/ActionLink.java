package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The only link of a message: what its reader may do at once. Holdfast makes it itself, as the fact {@code Acknowledge};
 * addresses in names and in messages of other systems stay text.
 *
 * @param url http or https, without characters that end a link in any markup
 */
public record ActionLink(String label, String url) {
    private static final String ACKNOWLEDGE = "Acknowledge";
    private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]-]{1,2000}");

    static Optional<ActionLink> of(Notification notice) {
        return notice.facts().stream()
                .filter(ActionLink::isLink)
                .map(fact -> new ActionLink(fact.label(), fact.value()))
                .findFirst();
    }

    /** The facts that are not the link. */
    static List<Notification.Fact> others(Notification notice) {
        return notice.facts().stream().filter(fact -> !isLink(fact)).toList();
    }

    private static boolean isLink(Notification.Fact fact) {
        return fact.label().equals(ACKNOWLEDGE) && URL.matcher(fact.value()).matches();
    }
}
