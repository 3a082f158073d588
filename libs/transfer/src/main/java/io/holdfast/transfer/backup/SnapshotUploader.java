package io.holdfast.transfer.backup;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.LogPosition;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.transfer.increment.IncrementBase;
import io.holdfast.transfer.increment.IncrementNote;
import io.holdfast.transfer.increment.PartReuse;
import io.holdfast.transfer.increment.StoredPart;
import io.holdfast.transfer.progress.ParallelTasks;
import io.holdfast.transfer.progress.ProgressCounter;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentPart;
import io.holdfast.vault.write.SegmentWriter;
import io.holdfast.vault.write.WriteOptions;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies a snapshot into the vault. Nothing exists as a backup before the manifest is committed at the very end; whatever
 * fails or dies before leaves chunks that the next backup finds again.
 */
public final class SnapshotUploader {
    private static final long MOST_FOR_UPLOADS = 32 << 20;

    private final Snapshot snapshot;
    private final BackupWriter writer;
    private final BackupMetadata backupMetadata;
    private final DatabaseDescriptor shape;
    private final PartReuse reuse;
    private final ProgressCounter progressCounter;
    private final int readers;

    /** Who reads or writes rows holds one: pg_dump, which mostly waits for its answers, takes the place of no reader. */
    private final Semaphore moving;

    private SnapshotUploader(
            Snapshot snapshot,
            BackupWriter writer,
            int readers,
            BackupMetadata backupMetadata,
            TransferListener transferListener,
            @Nullable IncrementBase base) {
        this.snapshot = snapshot;
        this.readers = readers;
        this.moving = new Semaphore(readers);
        this.writer = writer;
        this.backupMetadata = backupMetadata;
        this.shape = snapshot.shape();
        this.reuse = new PartReuse(snapshot, writer, base);
        this.progressCounter =
                new ProgressCounter(transferListener, TransferListener.Phase.READING, estimate(snapshot.plan()));
    }

    /**
     * Reads everything and commits. Snapshot and writer stay the caller's to close.
     *
     * @param readers threads that read at once
     * @return the manifest that counts; another worker's, if that one was faster
     * @throws HoldfastException whatever the engine or the vault fails with; CANCELLED if the thread is interrupted
     */
    public static Manifest run(
            Snapshot snapshot,
            BackupWriter writer,
            int readers,
            BackupMetadata backupMetadata,
            TransferListener transferListener) {
        return run(snapshot, writer, readers, backupMetadata, transferListener, null);
    }

    /**
     * As above.
     *
     * @param base the backup that parts are taken from which are unchanged since then; null: everything is read
     */
    public static Manifest run(
            Snapshot snapshot,
            BackupWriter writer,
            int readers,
            BackupMetadata backupMetadata,
            TransferListener transferListener,
            @Nullable IncrementBase base) {
        return new SnapshotUploader(snapshot, writer, readers, backupMetadata, transferListener, base).run();
    }

    /**
     * The byte budget that a writer of this snapshot should have: a chunk for each reader, which in large tables are larger,
     * and a tenth of the heap, at most 32 MiB, for what is on its way, so that many processors have something to do.
     */
    public static long budget(Snapshot snapshot, int readers) {
        ChunkSizeClass sizes = ChunkSizeClass.forBytes(largestTable(snapshot.plan().stream()));
        return WriteOptions.budgetFor(
                sizes, readers, Math.min(Runtime.getRuntime().maxMemory() / 10, MOST_FOR_UPLOADS));
    }

    public static long leastBudget(int readers, long largestTable) {
        return WriteOptions.leastBudget(ChunkSizeClass.forBytes(largestTable), readers);
    }

    private static long largestTable(Stream<ReadTask> tasks) {
        return tasks.flatMap(task -> task.parts().stream())
                .mapToLong(part -> part.table().estimatedBytes())
                .max()
                .orElse(0);
    }

    private Manifest run() {
        List<Callable<Captured>> tasks = new ArrayList<>();
        tasks.add(this::schema);
        snapshot.plan().forEach(task -> tasks.add(() -> moving(() -> read(task))));
        ManifestAssembler manifestAssembler = new ManifestAssembler(shape);
        ParallelTasks.run("reading", readers + 1, tasks, snapshot::close).forEach(captured -> {
            switch (captured) {
                case Captured.Schema schema -> manifestAssembler.schema(schema);
                case Captured.Rows rows -> manifestAssembler.rows(rows);
            }
        });
        progressCounter.tell();
        IncrementNote note = reuse.note(snapshot).orElse(null);
        LogPosition position = snapshot.position().orElse(null);
        return writer.commit(manifestAssembler.contents(backupMetadata, snapshot.at(), note, position));
    }

    private <T> T moving(Supplier<T> work) throws InterruptedException {
        moving.acquire();
        try {
            return work.get();
        } finally {
            moving.release();
        }
    }

    private Captured schema() throws InterruptedException {
        ByteArrayOutputStream dump = new ByteArrayOutputStream();
        List<Finding> findings = snapshot.dumpSchema(dump);
        List<Extent> extents = moving(() -> writer.blob(dump.toByteArray()));
        return new Captured.Schema(
                new BackupContents.SchemaDump(snapshot.schemaFormat(), dump.size(), extents), findings);
    }

    private Captured read(ReadTask task) {
        List<Captured.@Nullable PartRows> rows = new ArrayList<>();
        List<TableReadRange> changed = new ArrayList<>();
        ProgressCounter.Share share = progressCounter.share();
        for (TableReadRange part : task.parts()) {
            StoredPart there = reuse.take(part).orElse(null);
            rows.add(there == null ? null : new Captured.PartRows(part, there));
            if (there == null) {
                changed.add(part);
            } else {
                share.stored(there.fingerprint().rows(), there.bytes());
            }
        }
        if (!changed.isEmpty()) {
            Iterator<Captured.PartRows> read = readRows(new ReadTask(task.index(), changed, task.estimatedBytes()))
                    .iterator();
            rows.replaceAll(there -> there == null ? read.next() : there);
        }
        return new Captured.Rows(
                task.index(), rows.stream().filter(Objects::nonNull).toList());
    }

    private List<Captured.PartRows> readRows(ReadTask task) {
        ChunkSizeClass sizes = sizes(task);
        try (SegmentWriter segment = writer.segment(sizes)) {
            SegmentRowSink sink = new SegmentRowSink(segment, progressCounter.share());
            List<TableReadResult> results = snapshot.read(task, sink);
            segment.finish();
            sink.flush();
            results.forEach(reuse::compare);
            return merge(task, sizes, results, sink);
        }
    }

    /** As the table was stored before, unless that needs more memory than this run has. */
    private ChunkSizeClass sizes(ReadTask task) {
        ChunkSizeClass affordable = ChunkSizeClass.forBytes(largestTable(snapshot.plan().stream()));
        ChunkSizeClass best = task.parts().stream()
                .map(TableReadRange::table)
                .max(Comparator.comparingLong(TableDescriptor::estimatedBytes))
                .map(table -> writer.sizes(
                        new BackupContents.Name(
                                table.name().schema(), table.name().name()),
                        table.estimatedBytes()))
                .orElse(ChunkSizeClass.MIB_1);
        return best.within(affordable);
    }

    private static List<Captured.PartRows> merge(
            ReadTask task, ChunkSizeClass sizes, List<TableReadResult> results, SegmentRowSink sink) {
        if (results.size() != task.parts().size() || sink.parts().size() != results.size()) {
            throw HoldfastException.of(
                    FailureCode.INTERNAL,
                    "a read of " + task.parts().size() + " parts gave " + results.size() + " results and "
                            + sink.parts().size() + " stored parts; nothing was kept");
        }
        List<Captured.PartRows> rows = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            TableReadResult result = results.get(i);
            SegmentPart written = sink.parts().get(i);
            rows.add(new Captured.PartRows(
                    result.part(),
                    () -> new StoredPart(
                            result.part().blocks(), result.fingerprint(), result.bytes(), sizes, written.extents())));
        }
        return rows;
    }

    private static long estimate(List<ReadTask> plan) {
        return plan.stream().mapToLong(ReadTask::estimatedBytes).sum();
    }

    /** What a task of the crew brings home. */
    sealed interface Captured {
        record Schema(BackupContents.SchemaDump dump, List<Finding> findings) implements Captured {}

        /** @param task index of the task in the plan, which orders a table's pieces */
        record Rows(int task, List<PartRows> parts) implements Captured {}

        /** @param stored waits if the part is still on its way to the vault */
        record PartRows(TableReadRange part, Supplier<StoredPart> stored) {
            PartRows(TableReadRange part, StoredPart there) {
                this(part, () -> there);
            }
        }
    }
}
