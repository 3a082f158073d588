package io.holdfast.notifier.notice;

import io.holdfast.config.HoldfastConfig;
import java.util.regex.Pattern;

/** What the configuration adds to each message: a link to the report of its drill, and the name of the platform. Pure. */
public final class PlatformDetails {
    private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

    private PlatformDetails() {}

    public static Notification added(Notification notice, HoldfastConfig config) {
        Notification linked = config.notifications()
                .reportUrl()
                .flatMap(address -> notice.facts().stream()
                        .filter(fact -> fact.label().equals("Drill")
                                && ID.matcher(fact.value()).matches())
                        .findFirst()
                        .map(drill -> notice.fact(
                                "Report",
                                address.toString().replaceAll("/+$", "") + "/api/drills/" + drill.value() + "/report")))
                .orElse(notice);
        return config.platform().name().map(linked::from).orElse(linked);
    }
}
