package io.holdfast.notifier.channel;

/** One way to tell people. Thread-safe. */
public interface Channel {

    /**
     * Sends a message once, and waits for the answer, at most half a minute. Blocks; may be interrupted.
     *
     * <p>A message that was sent before may be sent again with the same id: Slack shows it twice, a mail has the same
     * Message-ID, a webhook the same {@code Idempotency-Key}.
     *
     * @return what became of it; never holds a secret, nor what the other side said in free text
     */
    SendResult send(ChannelMessage message) throws InterruptedException;
}
