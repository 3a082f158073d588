package io.holdfast.transfer.load;

import io.holdfast.transfer.progress.ProgressCounter;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells how much of a stream was read. */
final class CountingInputStream extends FilterInputStream {
    private final ProgressCounter.Share share;

    CountingInputStream(InputStream in, ProgressCounter.Share share) {
        super(in);
        this.share = share;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        share.bytes(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        share.bytes(Math.max(read, 0));
        return read;
    }
}
