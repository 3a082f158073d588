package io.holdfast.vault.write;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BudgetTest {
    private static final long SMALL = 13L << 20;

    @Test
    void theBudgetIsNeverExceededByManyWriters() throws Exception {
        TestVault test = new TestVault();
        WriteOptions options = WriteOptions.STANDARD.budget(60L << 20);
        try (BackupWriter writer = test.vault.write(test.source, TestVault.backupId(), options)) {
            List<Future<BackupContents.Table>> tables = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 4; i++) {
                    Rows rows = Rows.of(i, 60_000);
                    String name = "t" + i;
                    tables.add(threads.submit(() -> TestVault.table(writer, name, rows)));
                }
            }
            Manifest manifest = writer.commit(TestVault.contents(
                    writer, tables.stream().map(Future::resultNow).toArray(BackupContents.Table[]::new)));

            assertThat(writer.peakBytes()).isBetween(8L << 20, 60L << 20);
            assertThat(test.read(manifest, "t3")).isEqualTo(Rows.of(3, 60_000).bytes());
        }
    }

    @Test
    void aStalledStoreStopsTheRowsAndNothingIsLost() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        TestVault test = TestVault.withChunksThatWaitFor(stalled);
        Rows rows = Rows.of(2, 400_000);
        AtomicLong accepted = new AtomicLong();
        try (BackupWriter writer =
                        test.vault.write(test.source, TestVault.backupId(), WriteOptions.STANDARD.budget(SMALL));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Extent>> extents = threads.submit(() -> {
                try (SegmentWriter segment = writer.segment()) {
                    for (byte[] line : rows.lines()) {
                        segment.row(line, 0, line.length, Rows.hash(line, 0, line.length));
                        accepted.addAndGet(line.length);
                    }
                    return segment.end();
                }
            });
            AtomicLong last = new AtomicLong(-1);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(java.time.Duration.ofMillis(300))
                    .until(() -> accepted.get() > 0 && last.getAndSet(accepted.get()) == accepted.get());

            assertThat(accepted.get()).isLessThan(SMALL + (3 << 20));
            assertThat(accepted.get()).isLessThan(rows.bytes().length);

            stalled.countDown();
            Manifest manifest = writer.commit(TestVault.contents(writer, TestVault.table("t", rows, extents.get())));
            assertThat(writer.peakBytes()).isLessThanOrEqualTo(SMALL);
            assertThat(test.read(manifest, "t")).isEqualTo(rows.bytes());
        }
    }

    @Test
    void whoEndsASegmentNeedNotWaitForItsLastChunks() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        TestVault test = TestVault.withChunksThatWaitFor(stalled);
        Rows rows = Rows.of(3, 100);
        try (BackupWriter writer = test.write(TestVault.backupId());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            SegmentWriter segment = writer.segment();
            rows.writeTo(segment);
            SegmentPart segmentPart = segment.endTable();
            try {
                threads.submit(segment::finish).get(60, TimeUnit.SECONDS);
            } finally {
                stalled.countDown();
            }

            Future<List<Extent>> extents = threads.submit(segmentPart::extents);
            Manifest manifest = writer.commit(TestVault.contents(writer, TestVault.table("t", rows, extents.get())));
            assertThat(test.read(manifest, "t")).isEqualTo(rows.bytes());
        }
    }

    @Test
    void aRowOfFiftyMegabytesNeedsNoMoreBudgetThanAnyOther() throws Exception {
        TestVault test = new TestVault();
        Rows rows = Rows.one(50 << 20);

        Manifest manifest = test.backup(TestVault.backupId(), rows, WriteOptions.STANDARD.budget(SMALL));

        assertThat(TestVault.find(manifest, "t").extents().size()).isBetween(16, 18);
        assertThat(test.read(manifest, "t")).isEqualTo(rows.bytes());
    }

    @Test
    void moreSegmentsThanTheBudgetAllowsAreRefusedWithTheReason() {
        TestVault test = new TestVault();
        try (BackupWriter writer =
                test.vault.write(test.source, TestVault.backupId(), WriteOptions.STANDARD.budget(SMALL))) {
            try (SegmentWriter first = writer.segment()) {
                assertThat(first).isNotNull();
                assertFails(FailureCode.CONFIG_INVALID, writer::segment, "2 segments at once");
            }
            try (SegmentWriter next = writer.segment()) {
                assertThat(next.end()).isEmpty();
            }
        }
    }

    /** While all segments wait to hand on a chunk, there must be room for the longest of them. */
    @Test
    void aSegmentOfShorterChunksLeavesRoomForTheLongerOnesOfOthers() {
        TestVault test = new TestVault();
        try (BackupWriter writer =
                        test.vault.write(test.source, TestVault.backupId(), WriteOptions.STANDARD.budget(66L << 20));
                SegmentWriter longer = writer.segment(ChunkSizeClass.MIB_4)) {
            assertThat(longer).isNotNull();
            assertFails(FailureCode.CONFIG_INVALID, () -> writer.segment(ChunkSizeClass.MIB_1), "2 segments at once");
        }
    }

    @Test
    void thirtyTwoReadersOfATableOfATebibyteHaveRoom() {
        TestVault test = new TestVault();
        long budget = WriteOptions.leastBudget(ChunkSizeClass.MIB_16, 32);
        try (BackupWriter writer =
                test.vault.write(test.source, TestVault.backupId(), WriteOptions.STANDARD.budget(budget))) {
            List<SegmentWriter> segments = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                segments.add(writer.segment(ChunkSizeClass.MIB_16));
            }

            assertThat(budget).isGreaterThan(Integer.MAX_VALUE);
            assertThat(writer.peakBytes()).isEqualTo(32L * ChunkSizeClass.MIB_16.max());
            segments.forEach(SegmentWriter::close);
        }
    }

    @Test
    void besideALargeTableThereIsRoomForTheLongerChunksOfSmallerOnes() {
        long smaller = 0;
        for (ChunkSizeClass sizes : ChunkSizeClass.values()) {
            long least = WriteOptions.leastBudget(sizes, 2);
            assertThat(least).isGreaterThanOrEqualTo(Math.max(smaller, 2L * sizes.max() + ChunkUploader.cost(sizes)));
            smaller = least;
        }
    }

    @Test
    void whoWantsMuchIsNotPassedByWhoWantsLittle() throws Exception {
        ByteBudget budget = new ByteBudget(10);
        budget.take(8);
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        Thread much = Thread.ofPlatform().start(() -> {
            budget.take(9);
            served.add(9);
            budget.giveBack(9);
        });
        await().atMost(Duration.ofSeconds(60)).until(() -> much.getState() == Thread.State.WAITING);
        Thread little = Thread.ofPlatform().start(() -> {
            budget.take(2);
            served.add(2);
        });
        await().atMost(Duration.ofSeconds(60)).until(() -> little.getState() == Thread.State.WAITING);

        budget.giveBack(8);
        much.join();
        little.join();

        assertThat(served).containsExactly(9, 2);
    }
}
