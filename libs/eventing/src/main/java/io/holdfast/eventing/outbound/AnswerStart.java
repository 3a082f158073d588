package io.holdfast.eventing.outbound;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Collects the first bytes of a body and then closes the connection. Used on one event loop. */
final class AnswerStart {
    private final int most;
    private final Buffer start = Buffer.buffer();
    private final CompletableFuture<String> text = new CompletableFuture<>();

    private AnswerStart(int most) {
        this.most = most;
    }

    static OutboundAnswer read(HttpClientResponse response, int most) {
        AnswerStart body = new AnswerStart(most);
        var unused = body.text.whenComplete(
                (start, failure) -> response.request().connection().close());
        response.handler(body::add)
                .endHandler(end -> body.complete())
                .exceptionHandler(body.text::completeExceptionally);
        if (most == 0) {
            body.complete();
        }
        return new OutboundAnswer(
                response.statusCode(), Optional.ofNullable(response.getHeader("Retry-After")), body.text);
    }

    private void add(Buffer part) {
        start.appendBuffer(part, 0, Math.min(part.length(), most - start.length()));
        if (start.length() == most) {
            complete();
        }
    }

    private void complete() {
        text.complete(start.toString(StandardCharsets.UTF_8));
    }
}
