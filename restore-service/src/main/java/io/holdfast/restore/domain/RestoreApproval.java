package io.holdfast.restore.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A second person's yes to a resolved plan. */
@Embeddable
public class RestoreApproval {
    @Column(name = "approval_expires_at")
    private @Nullable Instant expiresAt;

    @Column(name = "approved_by")
    private @Nullable String by;

    @Column(name = "approved_at")
    private @Nullable Instant at;

    protected RestoreApproval() {}

    static RestoreApproval awaitedUntil(Instant expiresAt) {
        RestoreApproval approval = new RestoreApproval();
        approval.expiresAt = expiresAt;
        return approval;
    }

    void given(String approver, Instant now) {
        by = approver;
        at = now;
    }

    boolean isGiven() {
        return by != null;
    }

    @Nullable
    public Instant expiresAt() {
        return expiresAt;
    }

    @Nullable
    public String by() {
        return by;
    }

    @Nullable
    public Instant at() {
        return at;
    }
}
