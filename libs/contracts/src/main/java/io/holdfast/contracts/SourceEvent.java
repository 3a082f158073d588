package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the platform did, or did not do, for a source by itself: its schedules, pauses and retention. */
public sealed interface SourceEvent extends BackupEvent {
    SourceRef source();

    /** A slot of a schedule at which no backup was started, on purpose. */
    @EventType("BackupSkipped")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Skipped(
            SourceRef source,
            String schedule,
            Instant fireTime,
            SkipReason reason,
            @Nullable String detail,
            Instant skippedAt)
            implements SourceEvent {
        public Skipped {
            RequiredFields.fields(
                    "source",
                    source,
                    "schedule",
                    schedule,
                    "fireTime",
                    fireTime,
                    "reason",
                    reason,
                    "skippedAt",
                    skippedAt);
        }
    }

    /** Why a slot was skipped: the previous backup of the source had not ended, or the source was paused. */
    enum SkipReason {
        OVERLAP,
        PAUSED
    }

    /**
     * Slots of one schedule that no service handled in time.
     *
     * @param count slots from {@code firstFireTime} to {@code lastFireTime}
     * @param caughtUpBy the backup that was started instead; absent if none was needed
     */
    @EventType("SlotMissed")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SlotMissed(
            SourceRef source,
            String schedule,
            Instant firstFireTime,
            Instant lastFireTime,
            long count,
            @Nullable BackupId caughtUpBy,
            String reason,
            Instant missedAt)
            implements SourceEvent {
        public SlotMissed {
            RequiredFields.fields(
                    "source",
                    source,
                    "schedule",
                    schedule,
                    "firstFireTime",
                    firstFireTime,
                    "lastFireTime",
                    lastFireTime,
                    "reason",
                    reason,
                    "missedAt",
                    missedAt);
        }
    }

    @EventType("SourcePaused")
    record Paused(SourceRef source, Instant until, String reason, String pausedBy, Instant pausedAt)
            implements SourceEvent {
        public Paused {
            RequiredFields.fields(
                    "source", source, "until", until, "reason", reason, "pausedBy", pausedBy, "pausedAt", pausedAt);
        }
    }

    @EventType("SourceResumed")
    record Resumed(SourceRef source, String resumedBy, Instant resumedAt) implements SourceEvent {
        public Resumed {
            RequiredFields.fields("source", source, "resumedBy", resumedBy, "resumedAt", resumedAt);
        }
    }

    /** The source left the configuration. Its backups stay; its schedules have ended. */
    @EventType("SourceRetired")
    record Retired(SourceRef source, Instant retiredAt) implements SourceEvent {
        public Retired {
            RequiredFields.fields("source", source, "retiredAt", retiredAt);
        }
    }

    /**
     * A run of the retention policy ended.
     *
     * @param deleted backups with a new tombstone
     * @param failed backups that could not be deleted; the next run tries again
     * @param backups ids of the deleted ones, at most 1,000
     * @param bytes stored bytes of the deleted ones; chunks that other backups use stay
     * @param suspended why nothing was deleted; absent if the policy was applied
     */
    @EventType("RetentionCompleted")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RetentionCompleted(
            SourceRef source,
            int kept,
            int deleted,
            int failed,
            long bytes,
            List<BackupId> backups,
            @Nullable String suspended,
            String requestedBy,
            Instant completedAt)
            implements SourceEvent {
        public RetentionCompleted {
            RequiredFields.fields("source", source, "requestedBy", requestedBy, "completedAt", completedAt);
            backups = RequiredFields.list("backups", backups);
        }
    }
}
