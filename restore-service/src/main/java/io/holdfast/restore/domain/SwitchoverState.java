package io.holdfast.restore.domain;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.DatabaseSwap;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which database is which when a checked copy takes its place. OIDs tell them apart, whatever their names are now. */
@Embeddable
public class SwitchoverState {
    private @Nullable String staging;

    @Column(name = "staging_oid")
    private @Nullable Long stagingOid;

    @Column(name = "live_oid")
    private @Nullable Long liveOid;

    @Column(name = "switched_at")
    private @Nullable Instant switchedAt;

    @Column(name = "kept_until")
    private @Nullable Instant keptUntil;

    protected SwitchoverState() {}

    /** @param liveOid null: nobody has the name */
    public static SwitchoverState of(String staging, long stagingOid, @Nullable Long liveOid) {
        SwitchoverState switching = new SwitchoverState();
        switching.staging = staging;
        switching.stagingOid = stagingOid;
        switching.liveOid = liveOid;
        return switching;
    }

    /** The database that a switch puts aside. */
    public static String kept(RestoreId id) {
        return "holdfast_kept_" + id.toString().replace("-", "");
    }

    /** The restored one, after a rollback put it aside. */
    public static String undone(RestoreId id) {
        return "holdfast_undone_" + id.toString().replace("-", "");
    }

    public String staging() {
        return requireNonNull(staging);
    }

    public long stagingOid() {
        return requireNonNull(stagingOid);
    }

    @Nullable
    public Long liveOid() {
        return liveOid;
    }

    public DatabaseSwap exchange(RestoreId id, String database) {
        return new DatabaseSwap(database, liveOid, kept(id), stagingOid(), staging());
    }

    void switched(Instant now, Instant until) {
        switchedAt = now;
        keptUntil = liveOid == null ? null : until;
    }

    public void keptNoLonger() {
        keptUntil = null;
    }

    @Nullable
    public Instant switchedAt() {
        return switchedAt;
    }

    /** null: nothing is kept */
    @Nullable
    public Instant keptUntil() {
        return keptUntil;
    }
}
