package io.holdfast.transfer.backup;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.transfer.increment.IncrementBase;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.write.BackupWriter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a backup comes from and where it goes, opened at the same time: each waits for a server of its own. */
public record BackupSession(Snapshot snapshot, BackupWriter writer) implements AutoCloseable {

    /**
     * Opens both, or fails and leaves neither open.
     *
     * @param source is asked on the caller's thread, and interrupted with it
     * @throws HoldfastException what the source failed with, else what the vault failed with; CANCELLED if the thread is interrupted
     */
    public static BackupSession open(Supplier<Snapshot> source, Supplier<BackupWriter> vault) {
        try (ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<BackupWriter> writing = aside.submit(vault::get);
            Snapshot snapshot = null;
            BackupSession ends = null;
            try {
                snapshot = source.get();
                ends = new BackupSession(snapshot, opened(writing));
                return ends;
            } finally {
                if (ends == null) {
                    undo(snapshot, writing, aside);
                }
            }
        }
    }

    /**
     * {@link SnapshotUploader#run}, with the byte budget that suits what the snapshot holds.
     *
     * @param readers threads that read at once
     */
    public Manifest capture(int readers, BackupMetadata backupMetadata, TransferListener transferListener) {
        return capture(readers, backupMetadata, transferListener, null);
    }

    /** As above; parts that are unchanged since the base are not read, or read and compared. */
    public Manifest capture(
            int readers,
            BackupMetadata backupMetadata,
            TransferListener transferListener,
            @Nullable IncrementBase base) {
        writer.budget(SnapshotUploader.budget(snapshot, readers));
        return SnapshotUploader.run(snapshot, writer, readers, backupMetadata, transferListener, base);
    }

    private static BackupWriter opened(Future<BackupWriter> writing) {
        try {
            return writing.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "opening the vault was cancelled", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException holdfastException) {
                throw new HoldfastException(holdfastException.reason(), holdfastException);
            }
            throw new IllegalStateException("opening the vault failed", e.getCause());
        }
    }

    /** A writer that was begun is closed once it is there, so that nothing of it stays in the vault. */
    private static void undo(@Nullable Snapshot snapshot, Future<BackupWriter> writing, ExecutorService aside) {
        if (snapshot != null) {
            snapshot.close();
        }
        if (Thread.currentThread().isInterrupted()) {
            aside.shutdownNow();
        }
        aside.close();
        if (writing.state() == Future.State.SUCCESS) {
            writing.resultNow().close();
        }
    }

    @Override
    public void close() {
        try (snapshot) {
            writer.close();
        }
    }
}
