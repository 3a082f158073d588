package io.holdfast.eventing.limits;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client does not send the head of a request in time, however it spreads the bytes, or sends no
 * further request. An idle timeout does not do this, because each byte restarts it. Does nothing while a request is in hand.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    /** From the connection, or from the first byte of a further request, to the end of the head; includes TLS. */
    static final Duration HEAD = Duration.ofSeconds(10);

    /** From the end of an answer to the first byte of a further request. Clients usually close earlier. */
    static final Duration IDLE = Duration.ofSeconds(75);

    private static final String NAME = "holdfast-connection-guard";

    private @Nullable Future<?> deadline;
    private boolean head = true;
    private boolean multiplexed;
    private int requests;

    static void install(Channel channel) {
        channel.pipeline().addFirst(NAME, new ConnectionGuard());
    }

    /** A request has begun, with its whole head. */
    static void begun(Channel channel, boolean multiplexed) {
        onLoop(channel, guard -> {
            guard.multiplexed |= multiplexed;
            guard.requests++;
            guard.stop();
        });
    }

    /** A request has been answered, or its stream was closed. */
    static void ended(Channel channel) {
        onLoop(channel, guard -> {
            guard.requests--;
            guard.head = false;
            if (guard.requests <= 0) {
                guard.closeAfter(channel, IDLE);
            }
        });
    }

    private interface Change {
        void of(ConnectionGuard guard);
    }

    private static void onLoop(Channel channel, Change change) {
        if (!channel.eventLoop().inEventLoop()) {
            channel.eventLoop().execute(() -> onLoop(channel, change));
        } else if (channel.pipeline().get(NAME) instanceof ConnectionGuard guard) {
            change.of(guard);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        closeAfter(context.channel(), HEAD);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        // frames of HTTP/2 may arrive between requests, such as the acknowledgement of settings
        if (requests == 0 && !head && !multiplexed) {
            head = true;
            closeAfter(context.channel(), HEAD);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    private void closeAfter(Channel channel, Duration wait) {
        stop();
        if (channel.isActive()) {
            deadline = channel.eventLoop()
                    .schedule(
                            () -> {
                                var unused = channel.close();
                            },
                            wait.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void stop() {
        Future<?> armed = deadline;
        deadline = null;
        if (armed != null) {
            armed.cancel(false);
        }
    }
}
