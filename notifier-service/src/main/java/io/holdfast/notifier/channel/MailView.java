package io.holdfast.notifier.channel;

import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Notification.Mood;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the templates of a mail show. No text has control characters but line ends, and the title not even these.
 *
 * @param word such as FAILURE
 * @param color of the word's background; white text on it is readable, also if a client darkens the mail
 */
public record MailView(
        String word,
        String color,
        String title,
        String text,
        List<Fact> facts,
        @Nullable String todo,
        List<ActionLink> links,
        String foot) {
    private static final int TITLE = 300;
    private static final int TEXT = 20_000;
    private static final int VALUE = 4_000;

    /** A line of details, or some. */
    public record Fact(String label, String value) {
        /** For plain text: no line of a value looks like a line of the mail. */
        public String indented() {
            return value.replace("\n", "\n  ");
        }
    }

    static MailView of(Notification notice, ZonedTimes times) {
        String todo = notice.todo();
        return new MailView(
                MoodSigns.word(notice.mood()),
                color(notice.mood()),
                PlainText.cut(PlainText.line(notice.title()), TITLE),
                block(notice.text(), times),
                ActionLink.others(notice).stream()
                        .map(fact -> new Fact(
                                PlainText.cut(PlainText.line(fact.label()), 100),
                                PlainText.cut(times.inText(PlainText.lines(fact.value())), VALUE)))
                        .toList(),
                todo == null ? null : block(todo, times),
                ActionLink.of(notice),
                notice.at() == null ? "Holdfast" : "Holdfast, " + times.of(notice.at()));
    }

    private static String block(String text, ZonedTimes times) {
        return PlainText.cut(times.inText(PlainText.lines(text)), TEXT);
    }

    private static String color(Mood mood) {
        return switch (mood) {
            case GOOD -> "#1a7f37";
            case INFO -> "#0a5cad";
            case WARNING -> "#9a6700";
            case BAD -> "#b42318";
        };
    }
}
