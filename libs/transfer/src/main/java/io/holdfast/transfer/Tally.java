package io.holdfast.transfer;

import java.util.concurrent.atomic.LongAdder;

/** Counts what all threads of a transfer have done, and tells now and then. */
final class Tally {
    private static final long TELL_EVERY = 1 << 20;

    private final Listener listener;
    private final Listener.Phase phase;
    private final long total;
    private final LongAdder bytes = new LongAdder();
    private final LongAdder rows = new LongAdder();

    Tally(Listener listener, Listener.Phase phase, long total) {
        this.listener = listener;
        this.phase = phase;
        this.total = total;
    }

    /** One thread's share; adds up without contention. */
    Share share() {
        return new Share();
    }

    void tell() {
        listener.at(phase, bytes.sum(), total, rows.sum());
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
            Tally.this.bytes.add(pendingBytes);
            Tally.this.rows.add(pendingRows);
            pendingBytes = 0;
            pendingRows = 0;
            tell();
        }
    }
}
