package io.holdfast.vault.write;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever fails on a chunk's way, nobody waits for it for ever. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ChunkUploaderTest {
    private final ByteBudget budget = new ByteBudget(ChunkUploader.cost(ChunkSizeClass.MIB_1));

    @Test
    void aProcessThatMayHaveNoMoreThreadsFailsAndGivesBackWhatItTook() {
        ThreadFactory none = task -> {
            throw new OutOfMemoryError("unable to create native thread");
        };

        try (ChunkUploader uploader = uploader(new TestVault(), none, stats -> {})) {
            assertFails(FailureCode.INTERNAL, () -> submit(uploader, 1), "native thread");
            assertFails(FailureCode.INTERNAL, () -> submit(uploader, 2), "native thread");
        }
        budget.take((int) budget.size());
    }

    @Test
    void aFailureWhileOneIsCountedIsThatOfWhoHasTheSameChunk() throws InterruptedException {
        HoldfastException refused = HoldfastException.of(FailureCode.LEASE_LOST, "no longer ours");
        for (boolean early : new boolean[] {true, false}) {
            CountDownLatch stalled = new CountDownLatch(early ? 0 : 1);
            CountDownLatch uploading = new CountDownLatch(1);
            TestVault test = TestVault.withChunksThatWaitFor(uploading, stalled);
            ChunkUploader uploader = uploader(test, Thread.ofPlatform().factory(), stats -> {
                if (stats.reusedChunks() > 0) {
                    throw refused;
                }
            });
            List<CompletableFuture<StoredChunk>> same = new ArrayList<>();
            same.add(submit(uploader, 1));
            uploading.await();
            if (early) {
                uploader.await(same.getFirst());
            }
            same.add(submit(uploader, 1));
            stalled.countDown();

            assertFails(FailureCode.LEASE_LOST, () -> uploader.await(same.getLast()));
            assertThat(uploader.await(same.getFirst()).bytes()).isEqualTo(1 << 10);
            uploader.stop();
        }
    }

    @Test
    void whoIsStoppedWhileManyWaitForAnUploadEndsAll() throws Exception {
        CountDownLatch uploading = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        TestVault test = new TestVault(new FaultyStore(new MemoryObjectStore()) {
            @Override
            protected void before(String verb, String key) {
                if (key.contains("/chunks/") && verb.equals("putIfAbsent")) {
                    uploading.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw HoldfastException.of(FailureCode.CANCELLED, "stopped", e);
                    }
                }
            }
        });
        budget.size(64 << 20);
        ChunkUploader uploader = uploader(test, Thread.ofPlatform().factory(), stats -> {});
        List<CompletableFuture<StoredChunk>> waiting = new ArrayList<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; ; i++) {
                    waiting.add(submit(uploader, i % 40));
                }
            } catch (HoldfastException stopped) {
                // what it waits for
            }
        });
        uploading.await();

        uploader.stop();
        writer.join();

        assertThat(waiting).isNotEmpty().allSatisfy(chunk -> assertThat(chunk).isCompletedExceptionally());
        budget.take((int) budget.size());
    }

    private ChunkUploader uploader(TestVault test, ThreadFactory threads, Consumer<WriteStats> progress) {
        WriteOptions options = WriteOptions.STANDARD.progress(progress);
        ReusableChunkIndex known = ReusableChunkIndex.load(test.vault.context(), test.source, page -> false);
        return new ChunkUploader(
                test.vault.context(),
                test.source,
                options,
                known,
                budget,
                new WriteStatsCounter(),
                chunk -> {},
                threads);
    }

    private static CompletableFuture<StoredChunk> submit(ChunkUploader uploader, int content) {
        byte[] plain = uploader.array(ChunkSizeClass.MIB_1);
        Arrays.fill(plain, 0, 1 << 10, (byte) content);
        return uploader.submit(plain, 1 << 10, 1);
    }
}
