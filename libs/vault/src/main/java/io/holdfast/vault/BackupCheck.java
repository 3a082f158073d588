package io.holdfast.vault;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.CheckReport.Fault;
import io.holdfast.vault.CheckReport.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at the chunks of one backup. A store that cannot be read fails the check; it does not fail the backup. */
final class BackupCheck {
    private static final int AT_ONCE = 4;

    private final Vault vault;
    private final Manifest manifest;
    private final Progress progress;
    private final Map<ChunkId, List<String>> owners;

    BackupCheck(Vault vault, Manifest manifest, Progress progress) {
        this.vault = vault;
        this.manifest = manifest;
        this.progress = progress;
        this.owners = Manifests.owners(manifest);
    }

    CheckReport run(CheckLevel level) {
        List<Problem> problems = switch (level) {
            case LISTED -> listed();
            case READ -> read();
        };
        return new CheckReport(
                manifest.source(), manifest.backup(), level, manifest.chunks().size(), storedBytes(), problems);
    }

    private List<Problem> listed() {
        List<Problem> problems = new ArrayList<>();
        ChunkListing.compare(vault, manifest.source(), manifest.chunks())
                .problems()
                .forEach((chunk, fault) -> problems.add(problem(chunk, fault)));
        progress.at(storedBytes(), storedBytes());
        return problems;
    }

    private List<Problem> read() {
        ConcurrentLinkedQueue<StoredChunk> left = new ConcurrentLinkedQueue<>(manifest.chunks());
        ConcurrentLinkedQueue<Problem> problems = new ConcurrentLinkedQueue<>();
        AtomicLong done = new AtomicLong();
        try (ChunkReader chunks = new ChunkReader(vault, manifest.source(), manifest.backup());
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(readers.submit(() -> {
                    for (StoredChunk chunk = left.poll(); chunk != null; chunk = left.poll()) {
                        read(chunk, chunks, problems);
                        progress.at(done.addAndGet(chunk.stored()), storedBytes());
                    }
                }));
            }
            await(all, readers);
        }
        return List.copyOf(problems);
    }

    private void read(StoredChunk chunk, ChunkReader chunks, ConcurrentLinkedQueue<Problem> problems) {
        try {
            chunks.read(chunk, String.join(", ", affected(chunk)));
        } catch (Failure failure) {
            if (failure.code() == FailureCode.CHUNK_MISSING) {
                problems.add(problem(chunk, Fault.MISSING));
            } else if (failure.code() == FailureCode.CHUNK_CORRUPT) {
                problems.add(problem(chunk, Fault.CORRUPT));
            } else {
                throw failure;
            }
        }
    }

    private static void await(List<Future<?>> all, ExecutorService readers) {
        try {
            for (Future<?> one : all) {
                one.get();
            }
        } catch (InterruptedException e) {
            readers.shutdownNow();
            Thread.currentThread().interrupt();
            throw Failure.of(FailureCode.CANCELLED, "stopped while checking a backup", e);
        } catch (ExecutionException e) {
            readers.shutdownNow();
            if (e.getCause() instanceof Failure failure) {
                throw new Failure(failure.reason(), failure);
            }
            throw new IllegalStateException("a check failed", e);
        }
    }

    private Problem problem(StoredChunk chunk, Fault fault) {
        return new Problem(chunk, fault, affected(chunk));
    }

    private List<String> affected(StoredChunk chunk) {
        return owners.getOrDefault(chunk.id(), List.of());
    }

    private long storedBytes() {
        return manifest.chunks().stream().mapToLong(StoredChunk::stored).sum();
    }
}
