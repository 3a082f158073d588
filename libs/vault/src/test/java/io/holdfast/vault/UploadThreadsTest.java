package io.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.vault.format.Extent;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentWriter;
import io.holdfast.vault.write.WriteOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** A store that does not answer must not cost a thread for each chunk. */
final class UploadThreadsTest {
    private static final int CHUNKS = 120;
    private static final int MOST =
            WriteOptions.STANDARD.uploads() + 2 * Runtime.getRuntime().availableProcessors();

    private final CountDownLatch stalled = new CountDownLatch(1);
    private final AtomicInteger accepted = new AtomicInteger();
    private final TestVault test = TestVault.withChunksThatWaitFor(stalled);

    /** What they take of the memory is small, since they compress well: it is not the memory that keeps them few. */
    @Test
    void whoeverWaitsForTheStoreIsBounded() throws Exception {
        assertThat(written(i -> i)).isEqualTo(CHUNKS);
    }

    @Test
    void theSameChunkAgainWaitsForTheFirstWithoutAThread() throws Exception {
        assertThat(written(i -> 0)).isEqualTo(1);
    }

    private long written(IntUnaryOperator content) throws Exception {
        try (BackupWriter writer = test.write(TestVault.backupId());
                ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Extent>> extents = thread.submit(() -> write(writer, content));
            try {
                AtomicInteger last = new AtomicInteger(-1);
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(300))
                        .until(() -> accepted.get() > 0 && last.getAndSet(accepted.get()) == accepted.get());
                assertThat(threads()).isBetween(1L, (long) MOST);
            } finally {
                stalled.countDown();
            }
            assertThat(extents.get()).hasSize(CHUNKS);
            return writer.stats().newChunks();
        }
    }

    private List<Extent> write(BackupWriter writer, IntUnaryOperator content) {
        try (SegmentWriter segment = writer.segment()) {
            byte[] row = new byte[1 << 20];
            for (int i = 0; i < CHUNKS; i++) {
                Arrays.fill(row, (byte) ('0' + content.applyAsInt(i)));
                segment.row(row, 0, row.length, 0);
                accepted.incrementAndGet();
            }
            return segment.end();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("holdfast-chunks-"))
                .count();
    }
}
