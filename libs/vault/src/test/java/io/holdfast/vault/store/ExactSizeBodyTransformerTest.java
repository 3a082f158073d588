package io.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

final class ExactSizeBodyTransformerTest {
    @Test
    void allPartsAreThereWhateverLengthWasAnnounced() throws Exception {
        for (Long announced : Arrays.asList(6L, null, 0L, 2L, 100L, Long.MAX_VALUE)) {
            assertThat(new String(body(announced, "ab", "", "cde", "f").get(), StandardCharsets.UTF_8))
                    .as("announced: " + announced)
                    .isEqualTo("abcdef");
        }
        assertThat(body(0L).get()).isEmpty();
    }

    @Test
    void aBodyThatBreaksOffIsNone() {
        ExactSizeBodyTransformer whole = new ExactSizeBodyTransformer();
        CompletableFuture<byte[]> body = whole.prepare();
        whole.onResponse(GetObjectResponse.builder().contentLength(2L).build());
        whole.onStream(SdkPublisher.adapt(subscriber -> {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long parts) {
                    subscriber.onNext(ByteBuffer.wrap(new byte[2]));
                    subscriber.onError(new IOException("reset"));
                }

                @Override
                public void cancel() {}
            });
        }));

        assertThat(body).isCompletedExceptionally();
    }

    private static CompletableFuture<byte[]> body(@Nullable Long announced, String... parts) {
        ExactSizeBodyTransformer whole = new ExactSizeBodyTransformer();
        CompletableFuture<byte[]> body = whole.prepare();
        whole.onResponse(GetObjectResponse.builder().contentLength(announced).build());
        whole.onStream(SdkPublisher.fromIterable(Stream.of(parts)
                .map(part -> ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)))
                .toList()));
        return body;
    }
}
