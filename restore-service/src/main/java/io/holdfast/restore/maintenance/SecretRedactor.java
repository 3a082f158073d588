package io.holdfast.restore.maintenance;

import java.util.regex.Pattern;

/** What somebody's program wrote, fit for our log: on one line, without what looks like a secret. */
final class SecretRedactor {
    private static final Pattern CREDENTIALS = Pattern.compile("://[^\\s/@]*@");
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s+\\S+");
    private static final Pattern ASSIGNED = Pattern.compile(
            "(?i)([\\w-]*(?:passw|secret|token|api[-_]?key|access[-_]?key|credential|authorization)[\\w-]*[\"']?\\s*[:=]\\s*)\\S+");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    private SecretRedactor() {}

    static String of(String text) {
        String hidden = CREDENTIALS.matcher(text).replaceAll("://…@");
        hidden = BEARER.matcher(hidden).replaceAll("$1 …");
        hidden = ASSIGNED.matcher(hidden).replaceAll("$1…");
        return CONTROL.matcher(hidden.strip()).replaceAll(" | ");
    }
}
