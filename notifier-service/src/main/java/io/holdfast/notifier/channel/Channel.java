package io.holdfast.notifier.channel;

import java.time.Duration;

/** One way to tell people. Thread-safe. */
public interface Channel {

    /**
     * Sends a message once, and waits for the answer, at most half a minute. Blocks; may be interrupted.
     *
     * <p>A message that was sent before may be sent again with the same id: Slack and Teams show it twice, a mail has the
     * same Message-ID, a webhook the same {@code Idempotency-Key}, and PagerDuty updates the incident of the same key.
     *
     * @return what became of it; never holds a secret, nor what the other side said in free text
     */
    SendResult send(ChannelMessage message) throws InterruptedException;

    /** The pause between two messages that the receiver asks of its senders; zero for none. */
    default Duration pace() {
        return Duration.ZERO;
    }
}
