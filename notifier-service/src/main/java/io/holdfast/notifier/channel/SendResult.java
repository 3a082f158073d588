package io.holdfast.notifier.channel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of one attempt to send a message. Reasons are for people: what was wrong, and what to do. */
public sealed interface SendResult {

    /** @param remark what did not quite work, such as one of several recipients that was refused */
    record Delivered(@Nullable String remark) implements SendResult {}

    /** Nothing was sent, and nothing is to be sent. */
    record Skipped(String reason) implements SendResult {}

    /** Trying again won't help before somebody changes something. */
    record Refused(String reason) implements SendResult {}

    /** @param after how long the other side asked to be left alone, if it did */
    record Later(String reason, @Nullable Duration after) implements SendResult {}
}
