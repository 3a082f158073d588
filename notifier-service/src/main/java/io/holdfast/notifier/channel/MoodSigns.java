package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification.Mood;

/** How a message shows at first sight whether it is good or bad. */
final class MoodSigns {
    private MoodSigns() {}

    static String symbol(Mood mood) {
        return switch (mood) {
            case GOOD -> "✅";
            case INFO -> "ℹ️";
            case WARNING -> "⚠️";
            case BAD -> "❌";
        };
    }

    static String word(Mood mood) {
        return switch (mood) {
            case GOOD -> "OK";
            case INFO -> "INFO";
            case WARNING -> "WARNING";
            case BAD -> "FAILURE";
        };
    }
}
