package io.holdfast.transfer;

import java.util.concurrent.atomic.LongAdder;

/** Counts what all threads of a transfer have done, and tells now and then. */
final class ProgressCounter {
    private static final long TELL_EVERY = 1 << 20;

    private final TransferListener transferListener;
    private final TransferListener.Phase phase;
    private final long total;
    private final LongAdder bytes = new LongAdder();
    private final LongAdder rows = new LongAdder();

    ProgressCounter(TransferListener transferListener, TransferListener.Phase phase, long total) {
        this.transferListener = transferListener;
        this.phase = phase;
        this.total = total;
    }

    /** One thread's share; adds up without contention. */
    Share share() {
        return new Share();
    }

    void tell() {
        transferListener.at(phase, bytes.sum(), total, rows.sum());
    }

    final class Share {
        private long pendingBytes;
        private long pendingRows;

        void row(int length) {
            pendingRows++;
            bytes(length);
        }

        void rows(long count) {
            pendingRows += count;
            flush();
        }

        void bytes(int length) {
            pendingBytes += length;
            if (pendingBytes >= TELL_EVERY) {
                flush();
            }
        }

        void flush() {
            ProgressCounter.this.bytes.add(pendingBytes);
            ProgressCounter.this.rows.add(pendingRows);
            pendingBytes = 0;
            pendingRows = 0;
            tell();
        }
    }
}
