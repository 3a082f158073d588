package io.holdfast.restore.domain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.restore.plan.BackupCriterion;
import io.holdfast.restore.plan.RestoreRequestValidator;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What was asked for, as it was admitted. Never changes. */
@Embeddable
public class RestoreSpec {
    @Enumerated(EnumType.STRING)
    private RestoreKind kind;

    /** Which backup, as {@link BackupCriterion} writes it. */
    private String wanted;

    /** The name that the database has in the end. */
    private String database;

    /** The configured source on whose server it is. */
    private String server;

    /** The request itself, as JSON. */
    private String request;

    @Column(name = "requested_by")
    private String by;

    protected RestoreSpec() {}

    public static RestoreSpec of(
            RestoreRequest.Requested request, RestoreRequestValidator.Admitted admitted, String by) {
        RestoreSpec wish = new RestoreSpec();
        wish.kind = kind(request, admitted);
        wish.wanted = admitted.choice().toString();
        wish.database = admitted.database();
        wish.server = admitted.server();
        wish.request = JsonColumn.text(request);
        wish.by = by;
        return wish;
    }

    private static RestoreKind kind(RestoreRequest.Requested request, RestoreRequestValidator.Admitted admitted) {
        if (admitted.rewinds()) {
            return RestoreKind.REWIND;
        }
        return admitted.overwrites() ? RestoreKind.OVERWRITE : RestoreKind.of(request.target());
    }

    public RestoreKind kind() {
        return kind;
    }

    public BackupCriterion choice() {
        return BackupCriterion.parse(wanted);
    }

    public String database() {
        return database;
    }

    String server() {
        return server;
    }

    public String by() {
        return by;
    }

    public RestoreRequest.Requested request() {
        return requireNonNull(JsonColumn.read(request, new TypeReference<>() {}));
    }

    /** @return whether the state at a point in time is requested, and not that of a backup */
    public boolean pointInTime() {
        return Boolean.TRUE.equals(request().pointInTime());
    }

    /** The instant that was asked for; null if a backup is wanted, or the state at an LSN or a transaction. */
    public @Nullable Instant instant() {
        return pointInTime() ? request().at() : null;
    }

    /** @return whether the provider returns the live database to that state; otherwise a server is recovered to it */
    public boolean rewinds() {
        return kind == RestoreKind.REWIND || (pointInTime() && kind == RestoreKind.OVERWRITE);
    }

    public boolean dryRun() {
        return Boolean.TRUE.equals(request().dryRun());
    }

    /** What goes into a live database. */
    InPlaceSelection selection() {
        RestoreRequest.Requested asked = request();
        return new InPlaceSelection(
                ((RestoreTarget.Merge) asked.target()).mode(),
                asked.tables(),
                asked.rows(),
                Boolean.TRUE.equals(asked.withParents()));
    }
}
