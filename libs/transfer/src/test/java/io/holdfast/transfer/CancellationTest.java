package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.MemoryObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An interrupt in the middle ends everything that the transfer began. */
class CancellationTest {
    private final AtomicLong rows = new AtomicLong();
    private Bench bench;

    @BeforeEach
    void freshVault() throws IOException {
        bench = new Bench(new MemoryObjectStore());
        bench.transferListener = (phase, bytes, total, done) -> rows.set(done);
    }

    @Test
    void anInterruptedCaptureIsCancelledAndLeavesNothing() {
        String shop = Shop.create();
        bench.reading = bench.reading.withBytesPerSecond(1 << 20);

        HoldfastException holdfastException = interruptedInTheMiddle(() -> bench.capture(shop));

        assertThat(holdfastException.code()).isEqualTo(FailureCode.CANCELLED);
        assertThat(bench.vault.backups(bench.source)).isEmpty();
        Crews.assertGone();
        Servers.awaitNoBackends(shop);
    }

    @Test
    void aCaptureAfterAnInterruptedOneSucceeds() {
        String shop = Shop.create();
        bench.reading = bench.reading.withBytesPerSecond(1 << 20);
        interruptedInTheMiddle(() -> bench.capture(shop));
        bench.reading = bench.reading.withBytesPerSecond(0);

        Manifest manifest = bench.capture(shop);

        assertThat(bench.vault.backups(bench.source)).containsExactly(manifest.backup());
    }

    @Test
    void anInterruptedReloadIsCancelledAndLeavesNoThread() {
        Manifest manifest = bench.capture(Shop.create());
        rows.set(0);
        bench.transferListener = (phase, bytes, total, done) -> {
            rows.set(done);
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        };

        HoldfastException holdfastException = interruptedInTheMiddle(() -> bench.reload(manifest));

        assertThat(holdfastException.code()).isEqualTo(FailureCode.CANCELLED);
        Crews.assertGone();
        Servers.awaitNoBackends(bench.lastCopy);
    }

    private HoldfastException interruptedInTheMiddle(Runnable transfer) {
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        Thread worker = Thread.ofPlatform().start(() -> {
            try {
                transfer.run();
                outcome.complete(null);
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });
        await().atMost(Duration.ofSeconds(60)).until(() -> rows.get() > 0 || outcome.isDone());
        worker.interrupt();
        return failureOf(outcome);
    }

    private static HoldfastException failureOf(CompletableFuture<Void> outcome) {
        try {
            outcome.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof HoldfastException holdfastException) {
                return holdfastException;
            }
            throw e;
        }
        throw new AssertionError("it ended before it was interrupted");
    }
}
