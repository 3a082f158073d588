package io.holdfast.transfer;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.ReadTask;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TablePart;
import io.holdfast.engine.TableResult;
import io.holdfast.engine.TableShape;
import io.holdfast.vault.BackupWriter;
import io.holdfast.vault.Contents;
import io.holdfast.vault.Extent;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Part;
import io.holdfast.vault.SegmentWriter;
import io.holdfast.vault.SizeClass;
import io.holdfast.vault.WriteOptions;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Copies a snapshot into the vault. Nothing exists as a backup before the manifest is committed at the very end; whatever
 * fails or dies before leaves chunks that the next backup finds again.
 */
public final class Capture {
    private final Snapshot snapshot;
    private final BackupWriter writer;
    private final Subject subject;
    private final DatabaseShape shape;
    private final Tally tally;
    private final int readers;

    /** Who reads or writes rows holds one: pg_dump, which mostly waits for its answers, takes the place of no reader. */
    private final Semaphore moving;

    private Capture(Snapshot snapshot, BackupWriter writer, int readers, Subject subject, Listener listener) {
        this.snapshot = snapshot;
        this.readers = readers;
        this.moving = new Semaphore(readers);
        this.writer = writer;
        this.subject = subject;
        this.shape = snapshot.shape();
        this.tally = new Tally(listener, Listener.Phase.READING, estimate(snapshot.plan()));
    }

    /**
     * Reads everything and commits. Snapshot and writer stay the caller's to close.
     *
     * @param readers threads that read at once
     * @return the manifest that counts; another worker's, if that one was faster
     * @throws Failure whatever the engine or the vault fails with; CANCELLED if the thread is interrupted
     */
    public static Manifest run(
            Snapshot snapshot, BackupWriter writer, int readers, Subject subject, Listener listener) {
        return new Capture(snapshot, writer, readers, subject, listener).run();
    }

    /**
     * The byte budget that a writer of this snapshot should have: a chunk for each reader, which in large tables are larger,
     * and a tenth of the heap for what is on its way, so that many processors have something to do.
     */
    public static long budget(Snapshot snapshot, int readers) {
        SizeClass sizes = SizeClass.forBytes(largestTable(snapshot.plan().stream()));
        return WriteOptions.budgetFor(sizes, readers, Runtime.getRuntime().maxMemory() / 10);
    }

    static long leastBudget(int readers, long largestTable) {
        return WriteOptions.leastBudget(SizeClass.forBytes(largestTable), readers);
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
        Gathered gathered = new Gathered(shape);
        Crew.run("reading", readers + 1, tasks, snapshot::close).forEach(captured -> {
            switch (captured) {
                case Captured.Schema schema -> gathered.schema(schema);
                case Captured.Rows rows -> gathered.rows(rows);
            }
        });
        tally.tell();
        return writer.commit(gathered.contents(subject, snapshot.at()));
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
        return new Captured.Schema(new Contents.SchemaDump(snapshot.schemaFormat(), dump.size(), extents), findings);
    }

    private Captured read(ReadTask task) {
        SizeClass sizes = sizes(task);
        try (SegmentWriter segment = writer.segment(sizes)) {
            SegmentSink sink = new SegmentSink(segment, tally.share());
            List<TableResult> results = snapshot.read(task, sink);
            segment.finish();
            sink.flush();
            return new Captured.Rows(task.index(), sizes, merge(task, results, sink));
        }
    }

    /** As the table was stored before, unless that needs more memory than this run has. */
    private SizeClass sizes(ReadTask task) {
        SizeClass affordable = SizeClass.forBytes(largestTable(snapshot.plan().stream()));
        SizeClass best = task.parts().stream()
                .map(TablePart::table)
                .max(Comparator.comparingLong(TableShape::estimatedBytes))
                .map(table -> writer.sizes(
                        new Contents.Name(table.name().schema(), table.name().name()), table.estimatedBytes()))
                .orElse(SizeClass.MIB_1);
        return best.within(affordable);
    }

    private static List<Captured.PartRows> merge(ReadTask task, List<TableResult> results, SegmentSink sink) {
        if (results.size() != task.parts().size() || sink.parts().size() != results.size()) {
            throw Failure.of(
                    FailureCode.INTERNAL,
                    "a read of " + task.parts().size() + " parts gave " + results.size() + " results and "
                            + sink.parts().size() + " stored parts; nothing was kept");
        }
        List<Captured.PartRows> rows = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            rows.add(new Captured.PartRows(results.get(i), sink.parts().get(i)));
        }
        return rows;
    }

    private static long estimate(List<ReadTask> plan) {
        return plan.stream().mapToLong(ReadTask::estimatedBytes).sum();
    }

    /** What a task of the crew brings home. */
    sealed interface Captured {
        record Schema(Contents.SchemaDump dump, List<Finding> findings) implements Captured {}

        /** @param task index of the task in the plan, which orders a table's pieces */
        record Rows(int task, SizeClass sizes, List<PartRows> parts) implements Captured {}

        /** @param stored perhaps still on its way to the vault */
        record PartRows(TableResult result, Part stored) {
            TablePart part() {
                return result.part();
            }
        }
    }
}
