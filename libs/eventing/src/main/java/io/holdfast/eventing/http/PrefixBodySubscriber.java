package io.holdfast.eventing.http;

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
 * The first bytes of an answer as text; what follows them is not waited for, the connection is closed. A request's own
 * time-out ends with the answer's head: a body that never comes, or never ends, would keep its reader for ever.
 */
public final class PrefixBodySubscriber implements BodySubscriber<String> {
    private final int most;
    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final ByteArrayOutputStream start = new ByteArrayOutputStream();

    private PrefixBodySubscriber(int most) {
        this.most = most;
    }

    /** Of which nothing is read. */
    public static PrefixBodySubscriber unread() {
        PrefixBodySubscriber answer = new PrefixBodySubscriber(0);
        answer.text.complete("");
        return answer;
    }

    /** @param bytes how many at most; whoever waits for them bounds that */
    public static PrefixBodySubscriber of(int bytes) {
        return new PrefixBodySubscriber(bytes);
    }

    /** Empty if it takes longer. */
    public static PrefixBodySubscriber within(Duration patience, int bytes) {
        PrefixBodySubscriber answer = new PrefixBodySubscriber(bytes);
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
            byte[] bytes = new byte[Math.min(buffer.remaining(), most - start.size())];
            buffer.get(bytes);
            start.writeBytes(bytes);
        }
        if (start.size() == most) {
            onComplete();
        }
    }

    @Override
    public void onError(Throwable failure) {
        text.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        text.complete(start.toString(StandardCharsets.UTF_8));
    }
}
