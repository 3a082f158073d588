package io.holdfast.verifier.scratch;

import io.holdfast.transfer.progress.TransferListener;
import java.time.Duration;

/** Measures the phases of a restore by its progress, from when this is made. */
final class RestoreTimer implements TransferListener {
    private final TransferListener next;
    private final long began = System.nanoTime();
    private long loading;
    private long indexing;

    RestoreTimer(TransferListener next) {
        this.next = next;
    }

    @Override
    public void at(Phase phase, long bytes, long total, long rows) {
        synchronized (this) {
            if (phase == Phase.LOADING && loading == 0) {
                loading = System.nanoTime();
            } else if (phase == Phase.INDEXING && indexing == 0) {
                indexing = System.nanoTime();
            }
        }
        next.at(phase, bytes, total, rows);
    }

    synchronized RestoredCopy.Times ended() {
        long now = System.nanoTime();
        long indexed = indexing == 0 ? now : indexing;
        return new RestoredCopy.Times(
                millis(began, now), millis(loading == 0 ? indexed : loading, indexed), millis(indexed, now));
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }
}
