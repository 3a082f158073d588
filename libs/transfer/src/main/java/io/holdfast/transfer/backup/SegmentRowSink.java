package io.holdfast.transfer.backup;

import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.transfer.progress.ProgressCounter;
import io.holdfast.vault.write.SegmentPart;
import io.holdfast.vault.write.SegmentWriter;
import java.util.ArrayList;
import java.util.List;

/** The one place where rows of an engine flow into the vault. */
final class SegmentRowSink implements RowSink {
    private final SegmentWriter segment;
    private final ProgressCounter.Share share;
    private final List<SegmentPart> parts = new ArrayList<>();

    SegmentRowSink(SegmentWriter segment, ProgressCounter.Share share) {
        this.segment = segment;
        this.share = share;
    }

    @Override
    public void row(byte[] buffer, int offset, int length, long hash) {
        segment.row(buffer, offset, length, hash);
        share.row(length);
    }

    @Override
    public void end(TableReadResult result) {
        parts.add(segment.endTable());
    }

    /** In the order in which they were read; their extents are known once the segment has ended and is stored. */
    List<SegmentPart> parts() {
        return parts;
    }

    void flush() {
        share.flush();
    }
}
