package io.holdfast.notifier.delivery;

import io.holdfast.notifier.channel.Channel;
import io.holdfast.notifier.channel.ChannelMessage;
import io.holdfast.notifier.channel.SendResult;
import io.holdfast.notifier.notice.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends a test message over a channel. It is no delivery: it is neither kept nor repeated. */
final class ChannelSelfTest {
    /** The caller has the outcome within 15 seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(14);

    private ChannelSelfTest() {}

    /** The channel's own outcome, or {@link SendResult.Later} if there is none in time. */
    static SendResult of(String name, Channel channel, Instant now) throws InterruptedException {
        String id = UUID.randomUUID().toString();
        ChannelMessage message =
                new ChannelMessage(id, Notification.test(name, now), WeeklyChannelTests.TYPE, "notifier-service", id);
        FutureTask<SendResult> sending = new FutureTask<>(() -> channel.send(message));
        Thread sender = Thread.ofVirtual().name("test of channel " + name).start(sending);
        try {
            return sending.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            sender.interrupt();
            return new SendResult.Later("no answer within " + PATIENCE.toSeconds() + " s", null);
        } catch (ExecutionException e) {
            throw new IllegalStateException("channel " + name + " cannot be tested", e.getCause());
        }
    }
}
