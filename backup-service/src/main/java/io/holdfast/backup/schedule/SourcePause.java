package io.holdfast.backup.schedule;

import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Scheduled backups of a source are paused. Requested ones are not. */
@Entity
@Table(name = "source_pause")
public class SourcePause {
    @Id
    @Column(name = "source_id")
    private UUID sourceId;

    @Column(name = "source_name")
    private String sourceName;

    private Instant until;
    private String reason;

    @Column(name = "paused_by")
    private String pausedBy;

    @Column(name = "paused_at")
    private Instant pausedAt;

    protected SourcePause() {}

    static SourcePause of(SourceRef source, Instant until, String reason, String by, Instant now) {
        SourcePause pause = new SourcePause();
        pause.sourceId = source.id().value();
        pause.sourceName = source.name();
        pause.until = until;
        pause.reason = reason;
        pause.pausedBy = by;
        pause.pausedAt = now;
        return pause;
    }

    public SourceRef source() {
        return new SourceRef(new SourceId(sourceId), sourceName);
    }

    public Instant until() {
        return until;
    }

    public String reason() {
        return reason;
    }

    public String pausedBy() {
        return pausedBy;
    }

    public Instant pausedAt() {
        return pausedAt;
    }
}
