package io.holdfast.transfer.progress;

import java.util.concurrent.atomic.LongAdder;

/** Counts what all threads of a transfer have done, and tells now and then. */
public final class ProgressCounter {
    private static final long TELL_EVERY = 1 << 20;

    private final TransferListener transferListener;
    private final TransferListener.Phase phase;
    private final long total;
    private final LongAdder bytes = new LongAdder();
    private final LongAdder rows = new LongAdder();

    public ProgressCounter(TransferListener transferListener, TransferListener.Phase phase, long total) {
        this.transferListener = transferListener;
        this.phase = phase;
        this.total = total;
    }

    /** One thread's share; adds up without contention. */
    public Share share() {
        return new Share();
    }

    public void tell() {
        transferListener.at(phase, bytes.sum(), total, rows.sum());
    }

    public final class Share {
        private long pendingBytes;
        private long pendingRows;

        public void row(int length) {
            pendingRows++;
            bytes(length);
        }

        /** Rows that need not be read. */
        public void stored(long count, long size) {
            pendingBytes += size;
            rows(count);
        }

        public void rows(long count) {
            pendingRows += count;
            flush();
        }

        public void bytes(int length) {
            pendingBytes += length;
            if (pendingBytes >= TELL_EVERY) {
                flush();
            }
        }

        public void flush() {
            ProgressCounter.this.bytes.add(pendingBytes);
            ProgressCounter.this.rows.add(pendingRows);
            pendingBytes = 0;
            pendingRows = 0;
            tell();
        }
    }
}
