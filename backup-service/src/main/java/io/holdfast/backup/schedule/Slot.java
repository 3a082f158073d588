package io.holdfast.backup.schedule;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One fire time of one schedule of a source, and what became of it. */
@Entity
@Table(name = "slot")
public class Slot {
    @Id
    private UUID id;

    @Version
    private int version;

    @Column(name = "source_id")
    private UUID sourceId;

    @Column(name = "source_name")
    private String sourceName;

    private String schedule;

    @Column(name = "fire_at")
    private Instant fireAt;

    @Enumerated(EnumType.STRING)
    private SlotState state;

    @Column(name = "backup_id")
    private @Nullable UUID backupId;

    private int attempts;
    private @Nullable String reason;

    @Column(name = "decided_at")
    private Instant decidedAt;

    protected Slot() {}

    static Slot of(SourceRef source, String schedule, Instant fireAt, SlotState state, Instant now) {
        Slot slot = new Slot();
        slot.id = BackupId.next(() -> now).value(); // sorts by time
        slot.sourceId = source.id().value();
        slot.sourceName = source.name();
        slot.schedule = schedule;
        slot.fireAt = fireAt;
        slot.state = state;
        slot.decidedAt = now;
        return slot;
    }

    Slot because(@Nullable String text) {
        reason = text;
        return this;
    }

    /** A backup was started for this slot: the first one, or a retry. */
    void started(BackupId backup) {
        backupId = backup.value();
        attempts++;
    }

    UUID id() {
        return id;
    }

    SourceRef source() {
        return new SourceRef(new SourceId(sourceId), sourceName);
    }

    String schedule() {
        return schedule;
    }

    Instant fireAt() {
        return fireAt;
    }

    SlotState state() {
        return state;
    }

    @Nullable
    BackupId backupId() {
        return backupId == null ? null : new BackupId(backupId);
    }

    int attempts() {
        return attempts;
    }

    @Nullable
    String reason() {
        return reason;
    }

    Instant decidedAt() {
        return decidedAt;
    }
}
