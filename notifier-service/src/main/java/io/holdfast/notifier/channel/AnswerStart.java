package io.holdfast.notifier.channel;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * The first bytes of an answer, then the connection is closed. A request's own time-out ends with the answer's head: a
 * body that never comes, or never ends, would keep its reader for ever.
 */
final class AnswerStart implements BodySubscriber<String> {
    private static final int BYTES = 64;

    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final ByteArrayOutputStream start = new ByteArrayOutputStream(BYTES);

    private AnswerStart() {}

    static AnswerStart unread() {
        AnswerStart answer = new AnswerStart();
        answer.text.complete("");
        return answer;
    }

    /** Empty if it takes longer. */
    static AnswerStart within(Duration patience) {
        AnswerStart answer = new AnswerStart();
        var unused = answer.text.completeOnTimeout("", patience.toMillis(), TimeUnit.MILLISECONDS);
        return answer;
    }

    @Override
    public CompletionStage<String> getBody() {
        return text;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        var unused = text.whenComplete((body, failure) -> subscription.cancel());
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[Math.min(buffer.remaining(), BYTES - start.size())];
            buffer.get(bytes);
            start.writeBytes(bytes);
        }
        if (start.size() == BYTES) {
            onComplete();
        }
    }

    @Override
    public void onError(Throwable failure) {
        text.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        text.complete(start.toString(StandardCharsets.US_ASCII));
    }
}
