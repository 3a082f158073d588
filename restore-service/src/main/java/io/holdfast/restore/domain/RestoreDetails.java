package io.holdfast.restore.domain;

import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.engine.inplace.Checkpoint;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.restore.maintenance.MonitorState;
import io.holdfast.restore.report.Checklist;
import io.holdfast.restore.report.ChecklistItem;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a restore found and did, for its record: the report is made of it. */
@Embeddable
public class RestoreDetails {
    private @Nullable String plan;

    private @Nullable String checks;

    private @Nullable String compared;

    /** Of live tables and backup, before anything is written. */
    @Column(name = "difference")
    private @Nullable String difference;

    @Column(name = "difference_after")
    private @Nullable String after;

    private @Nullable String writes;

    private @Nullable String watch;

    private @Nullable String checklist;

    private @Nullable String safety;

    @Column(name = "safety_backup_id")
    private @Nullable UUID safetyBackup;

    /** Noted before an overwritten database is written to. */
    private @Nullable String checkpoint;

    @Column(name = "previous_bookmark")
    private @Nullable String previousBookmark;

    private @Nullable String rewind;

    @Column(name = "maintenance_since")
    private @Nullable Instant maintenanceSince;

    @Column(name = "put_back")
    private @Nullable Boolean putBack;

    protected RestoreDetails() {}

    public void plan(RestorePlan resolved) {
        plan = JsonColumn.text(resolved);
    }

    @Nullable
    public RestorePlan plan() {
        return JsonColumn.read(plan, new TypeReference<>() {});
    }

    public void checked(List<CheckResult> results) {
        checks = JsonColumn.text(results);
    }

    public List<CheckResult> checks() {
        List<CheckResult> found = JsonColumn.read(checks, new TypeReference<>() {});
        return found == null ? List.of() : found;
    }

    public void compared(TableComparisons results) {
        compared = JsonColumn.text(results);
    }

    /** The comparison of the staging database with the backup; null before it, and for restores in place. */
    @Nullable
    public TableComparisons compared() {
        return JsonColumn.read(compared, new TypeReference<>() {});
    }

    public void differed(InPlaceDiff before) {
        difference = JsonColumn.text(before);
    }

    @Nullable
    public InPlaceDiff difference() {
        return JsonColumn.read(difference, new TypeReference<>() {});
    }

    public void wrote(InPlaceWriteResult what, InPlaceDiff left) {
        writes = JsonColumn.text(what);
        after = JsonColumn.text(left);
    }

    @Nullable
    public InPlaceWriteResult writes() {
        return JsonColumn.read(writes, new TypeReference<>() {});
    }

    @Nullable
    public InPlaceDiff after() {
        return JsonColumn.read(after, new TypeReference<>() {});
    }

    public void watched(MonitorState seen) {
        watch = JsonColumn.text(seen);
    }

    @Nullable
    public MonitorState watch() {
        return JsonColumn.read(watch, new TypeReference<>() {});
    }

    public void tick(String item, String by, Instant now) {
        checklist = JsonColumn.text(Checklist.ticked(checklist(), item, by, now));
    }

    public void untick(String item) {
        checklist = JsonColumn.text(Checklist.unticked(checklist(), item));
    }

    /** Ticks what the restore itself has seen to be so. */
    void seen(boolean rowsEqual, Instant now) {
        checklist = JsonColumn.text(Checklist.seen(checklist(), rowsEqual, checks(), now));
    }

    public List<ChecklistItem> checklist() {
        List<ChecklistItem> items = JsonColumn.read(checklist, new TypeReference<>() {});
        return items == null ? Checklist.blank() : items;
    }

    /** @param how in words, such as why there is none */
    public void safety(String how, @Nullable BackupId backup) {
        safety = how;
        if (backup != null) {
            safetyBackup = backup.value();
        }
    }

    /** Forgets an outcome that the vault does not confirm. */
    public void safetyRefuted(String how) {
        safety = how;
        safetyBackup = null;
    }

    @Nullable
    public String safety() {
        return safety;
    }

    @Nullable
    public BackupId safetyBackup() {
        return safetyBackup == null ? null : new BackupId(safetyBackup);
    }

    /** The way back of an overwritten database. It is noted once: later states are those of the restore. */
    public void checkpoint(Checkpoint noted) {
        if (checkpoint == null) {
            checkpoint = JsonColumn.text(noted);
        }
    }

    /** Null: nothing was written into a database that is overwritten. */
    @Nullable
    public Checkpoint checkpoint() {
        return JsonColumn.read(checkpoint, new TypeReference<>() {});
    }

    /** As the provider named the state that a restore to a point in time ended. */
    public void previousBookmark(String bookmark) {
        if (previousBookmark == null && !bookmark.isEmpty()) {
            previousBookmark = bookmark;
        }
    }

    @Nullable
    public String previousBookmark() {
        return previousBookmark;
    }

    /** How far the provider's restore of the live server has come; null before anything was done for it. */
    @Nullable
    public RewindProgress rewind() {
        return JsonColumn.read(rewind, new TypeReference<>() {});
    }

    public void rewind(RewindProgress progress) {
        rewind = JsonColumn.text(progress);
    }

    /** The application may have been told to stand aside; it is told when that is over. */
    public void maintenanceBegan(Instant now) {
        if (maintenanceSince == null) {
            maintenanceSince = now;
        }
    }

    public void maintenanceEnded() {
        maintenanceSince = null;
    }

    /** The rollback is done, and whatever is written from now on is other people's. */
    public void putBack(boolean something) {
        putBack = something;
    }

    /** Whether the rollback changed something; null until it is done. */
    @Nullable
    public Boolean putBack() {
        return putBack;
    }

    @Nullable
    public Instant maintenanceSince() {
        return maintenanceSince;
    }
}
