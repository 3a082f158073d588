package io.holdfast.notifier.channel;

import java.util.regex.Pattern;

/** Names and messages of other systems, without characters that could change how a message is read. */
final class PlainText {
    /** Characters that turn the direction of the text around, and have no use in names. */
    private static final Pattern BIDIRECTIONAL =
            Pattern.compile("[\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern CONTROL_BUT_NEWLINE = Pattern.compile("[\\p{Cntrl}&&[^\\n]]");

    private PlainText() {}

    /** One line. */
    static String line(String text) {
        return CONTROL.matcher(withoutDirections(text)).replaceAll(" ");
    }

    /** Line ends are kept. */
    static String lines(String text) {
        return CONTROL_BUT_NEWLINE
                .matcher(withoutDirections(text.replace("\r\n", "\n")))
                .replaceAll(" ");
    }

    /** At most this many characters; a text that was cut ends with an ellipsis. */
    static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(limit - 2)) ? limit - 2 : limit - 1;
        return text.substring(0, end) + "…";
    }

    private static String withoutDirections(String text) {
        return BIDIRECTIONAL.matcher(text).replaceAll("");
    }
}
