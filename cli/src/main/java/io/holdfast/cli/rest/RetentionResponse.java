package io.holdfast.cli.rest;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The plan of a retention run and what the run did, as backup-service shows it. */
public record RetentionResponse(
        @Nullable String suspended,
        boolean waiting,
        int kept,
        int toDelete,
        int deleted,
        int failed,
        int remaining,
        long bytes,
        List<Item> items) {

    /** A decision on one backup. */
    public record Item(
            String backup,
            Instant takenAt,
            String state,
            String kind,
            String action,
            String because,
            @Nullable String outcome,
            @Nullable String failure) {

        /** {@code keep} or {@code delete}, or what a real run did, such as {@code deleted}. */
        public String verdict() {
            return (outcome == null ? action : outcome).toLowerCase(Locale.ROOT);
        }
    }

    /** The backups of a source that a policy would delete before it is in effect. */
    public record Preview(
            String source,
            boolean known,
            int backups,
            int proven,
            boolean waits,
            @Nullable String suspended,
            List<Item> deletes) {}
}
