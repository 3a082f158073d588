package io.holdfast.eventing.limits;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Whether the whole body of the latest request of a connection has arrived. Vert.x tells the end of a request only to a
 * reader, and an operation without a body reads nothing. Knows nothing of HTTP/2, where a body counts as missing until it
 * is read.
 */
final class BodyArrival extends ChannelInboundHandlerAdapter {
    private static final String NAME = "holdfast-body-arrival";

    /** Vert.x's own name of the handler that makes requests of messages. */
    private static final String REQUESTS = "handler";

    private volatile boolean complete;

    /** To be called on the event loop, while the head of the request is handled. */
    static BodyArrival expected(HttpServerRequest request) {
        BodyArrival arrival = new BodyArrival();
        if (request.version() != HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            ChannelPipeline pipeline = connection.channel().pipeline();
            if (pipeline.get(NAME) != null) {
                pipeline.replace(NAME, NAME, arrival);
            } else if (pipeline.get(REQUESTS) != null) {
                pipeline.addBefore(REQUESTS, NAME, arrival);
            }
        }
        return arrival;
    }

    boolean complete() {
        return complete;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof LastHttpContent && !(message instanceof HttpRequest)) {
            complete = true;
        }
        context.fireChannelRead(message);
    }
}
