package io.holdfast.backup.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every source on one screen, the alerts that have not ended, and the free disk space of each replica. */
record StatusView(List<SourceStatus> sources, List<AlertView> alerts, List<DiskView> disks) {

    /**
     * Free space of the folder of temporary files of one replica of backup-service.
     *
     * @param freePercent of the file system's size, rounded down
     */
    record DiskView(String host, String folder, long freeBytes, long sizeBytes, int freePercent, Instant checkedAt) {}

    /**
     * One source.
     *
     * @param lastBackup snapshot time of its newest stored backup
     * @param lastProof snapshot time of its newest proven backup
     * @param rpoSeconds age of the newest data that counts for the objective; absent if there is none
     * @param rpoObjectiveSeconds absent without an objective
     * @param rpoMet false if the objective is broken; absent without an objective
     * @param problem the failure of the last check
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SourceStatus(
            SourceRef source,
            SourceState state,
            @Nullable Instant lastBackup,
            @Nullable Instant lastProof,
            @Nullable Long rpoSeconds,
            @Nullable Long rpoObjectiveSeconds,
            @Nullable Boolean rpoMet,
            @Nullable Instant nextRun,
            @Nullable Double latencyMillis,
            @Nullable String problem) {}

    /** The first that applies. */
    enum SourceState {
        /** The last check failed. */
        DOWN,
        /** The recovery point objective is broken. */
        RPO_BROKEN,
        PAUSED,
        /** No backup was stored yet. */
        NEW,
        OK
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AlertView(
            String id,
            String name,
            String severity,
            @Nullable SourceRef source,
            String summary,
            @Nullable String cause) {}
}
