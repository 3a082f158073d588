package io.holdfast.restore.saga;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import io.holdfast.engine.LiveSelection;
import io.holdfast.restore.plan.Admission;
import io.holdfast.restore.plan.Choice;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;

/** What was asked for, as it was admitted. Never changes. */
@Embeddable
public class Wish {
    @Enumerated(EnumType.STRING)
    private Kind kind;

    /** Which backup, as {@link Choice} writes it. */
    private String wanted;

    /** The name that the database has in the end. */
    private String database;

    /** The configured source on whose server it is. */
    private String server;

    /** The request itself, as JSON. */
    private String request;

    @Column(name = "requested_by")
    private String by;

    protected Wish() {}

    static Wish of(RestoreRequest.Requested request, Admission.Admitted admitted, String by) {
        Wish wish = new Wish();
        wish.kind = Kind.of(request.target());
        wish.wanted = admitted.choice().toString();
        wish.database = admitted.database();
        wish.server = admitted.server();
        wish.request = Stored.text(request);
        wish.by = by;
        return wish;
    }

    Kind kind() {
        return kind;
    }

    Choice choice() {
        return Choice.parse(wanted);
    }

    public String database() {
        return database;
    }

    String server() {
        return server;
    }

    String by() {
        return by;
    }

    RestoreRequest.Requested request() {
        return requireNonNull(Stored.read(request, new TypeReference<>() {}));
    }

    boolean dryRun() {
        return Boolean.TRUE.equals(request().dryRun());
    }

    /** What goes into a live database. */
    LiveSelection selection() {
        RestoreRequest.Requested asked = request();
        return new LiveSelection(
                ((RestoreTarget.Merge) asked.target()).mode(),
                asked.tables(),
                asked.rows(),
                Boolean.TRUE.equals(asked.withParents()));
    }
}
