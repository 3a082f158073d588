package io.holdfast.restore.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One step of a restore, as it was taken. */
@Embeddable
public class RestoreStep {
    private String name;

    @Column(name = "started_at")
    private Instant startedAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    private @Nullable String detail;

    protected RestoreStep() {}

    RestoreStep(String name, Instant startedAt) {
        this.name = name;
        this.startedAt = startedAt;
    }

    void ended(Instant now, @Nullable String how) {
        endedAt = now;
        if (how != null) {
            detail = how;
        }
    }

    void note(String what) {
        detail = what;
    }

    boolean isOpen() {
        return endedAt == null;
    }

    public String name() {
        return name;
    }

    public Instant startedAt() {
        return startedAt;
    }

    public @Nullable Instant endedAt() {
        return endedAt;
    }

    public @Nullable String detail() {
        return detail;
    }
}
