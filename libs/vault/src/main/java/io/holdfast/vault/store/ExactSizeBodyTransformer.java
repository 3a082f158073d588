package io.holdfast.vault.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** A body in an array of its length. The SDK's own begins with 32 bytes and copies the body with each doubling. */
final class ExactSizeBodyTransformer implements AsyncResponseTransformer<GetObjectResponse, byte[]> {
    /** No more is believed before it has come. */
    private static final long BELIEVED = 16L << 20;

    private CompletableFuture<byte[]> body = new CompletableFuture<>();
    private byte[] bytes = {};
    private volatile @Nullable String eTag;

    /** Of the object, once its body is here; null if the answer had none. */
    @Nullable
    String eTag() {
        return eTag;
    }

    @Override
    public CompletableFuture<byte[]> prepare() {
        body = new CompletableFuture<>();
        return body;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        eTag = response.eTag();
        Long length = response.contentLength();
        bytes = new byte[length == null ? 0 : (int) Math.min(length, BELIEVED)];
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> parts) {
        parts.subscribe(new Gathering());
    }

    @Override
    public void exceptionOccurred(Throwable error) {
        body.completeExceptionally(error);
    }

    private final class Gathering implements Subscriber<ByteBuffer> {
        private int length;
        private @Nullable Subscription subscription;

        @Override
        public void onSubscribe(Subscription given) {
            if (subscription != null) {
                given.cancel();
                return;
            }
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer part) {
            int more = part.remaining();
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
            }
            part.get(bytes, length, more);
            length += more;
        }

        @Override
        public void onError(Throwable error) {
            body.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            body.complete(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
        }
    }
}
