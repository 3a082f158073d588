package io.holdfast.notifier.notice;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.config.NotifiedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people are told of one event, in words, without any channel's markup. It is kept with its deliveries, so that a
 * repeated attempt says the same.
 *
 * @param kind absent for the test of a channel
 * @param thing what happened, by name: two events that tell of the same thing have the same, and are told once
 * @param source the name of the source it is about
 * @param text one or two sentences
 * @param at when it happened, if the event says so
 * @param todo what to do about it, if something is to be done
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Notification(
        @Nullable NotifiedEvent kind,
        String thing,
        @Nullable String source,
        Mood mood,
        String title,
        String text,
        List<Fact> facts,
        @Nullable String todo,
        @Nullable Instant at) {

    public Notification {
        facts = List.copyOf(facts);
    }

    /** How it looks at first sight. */
    public enum Mood {
        GOOD,
        INFO,
        WARNING,
        BAD
    }

    /** A line of details. */
    public record Fact(String label, String value) {}

    public static Notification of(
            @Nullable NotifiedEvent kind,
            String thing,
            @Nullable String source,
            Mood mood,
            String title,
            @Nullable Instant at) {
        return new Notification(kind, thing, source, mood, title, "", List.of(), null, at);
    }

    /** To see whether a channel works. */
    public static Notification test(String channel, Instant at) {
        return of(null, "test/" + channel, null, Mood.INFO, "Test of channel " + channel, at)
                .says("Holdfast tests this channel. It works, and there is nothing to do.");
    }

    public Notification says(String text) {
        return new Notification(kind, thing, source, mood, title, text, facts, todo, at);
    }

    public Notification fact(String label, Object value) {
        List<Fact> more = new ArrayList<>(facts);
        more.add(new Fact(label, value.toString()));
        return new Notification(kind, thing, source, mood, title, text, more, todo, at);
    }

    /** The same, with the name of the platform that sends it. */
    public Notification from(String platform) {
        return fact("Platform", platform);
    }

    public Notification todo(@Nullable String todo) {
        return new Notification(kind, thing, source, mood, title, text, facts, todo, at);
    }
}
