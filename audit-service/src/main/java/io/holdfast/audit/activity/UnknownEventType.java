package io.holdfast.audit.activity;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names for the events of newer producers, so that they are in the log before this service knows them. */
final class UnknownEventType {
    private static final Pattern OURS = Pattern.compile("io\\.holdfast\\.([A-Z][A-Za-z0-9]{0,60})\\.v[0-9]{1,4}");

    private UnknownEventType() {}

    /** {@code backup_mirrored} of {@code io.holdfast.BackupMirrored.v1}; {@code event_unknown} of others' types. */
    static String action(String type) {
        Matcher name = OURS.matcher(type);
        return name.matches()
                ? name.group(1).replaceAll("(?<!^)([A-Z])", "_$1").toLowerCase(Locale.ROOT)
                : "event_unknown";
    }
}
