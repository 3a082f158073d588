package io.holdfast.cli.rest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which offsets of one partition the activity log has recorded. */
public record CoverageResponse(
        String topic,
        int partition,
        long first,
        long last,
        long recorded,
        @Nullable List<Gap> gaps) {

    /** Offsets that are missing, both ends included. */
    public record Gap(long from, long to) {}

    public boolean complete() {
        return gaps == null || gaps.isEmpty();
    }
}
