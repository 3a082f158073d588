package io.holdfast.cli;

import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ProgressLine;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Shows how much has been written to some streams together; by one thread. */
final class WriteProgress {
    private static final long SHOW_EVERY = 1 << 20;

    private final ProgressLine line;
    private final long total;
    private long bytes;
    private long shown;

    /** @param total about as much as it will be */
    WriteProgress(ProgressLine line, long total) {
        this.line = line;
        this.total = total;
    }

    OutputStream through(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
                add(1);
            }

            @Override
            public void write(byte[] b, int off, int len) throws IOException {
                out.write(b, off, len);
                add(len);
            }
        };
    }

    private void add(int more) {
        bytes += more;
        if (bytes - shown >= SHOW_EVERY) {
            shown = bytes;
            line.show("writing", bytes, total, HumanFormat.bytes(bytes));
        }
    }
}
