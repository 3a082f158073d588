package io.holdfast.restore.restorable;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The alert {@code not-restorable/SOURCE}: raised by the first check that finds a problem of the source's restoring role,
 * resolved by the first that finds none. Commits with the check's result.
 */
@ApplicationScoped
class RestoreRoleAlerts {
    static final String NAME = "not-restorable";

    private final Outbox outbox;

    RestoreRoleAlerts(Outbox outbox) {
        this.outbox = outbox;
    }

    /** @param before result of the check before this one; null: this is the first */
    Uni<Void> checked(Mutiny.Session session, @Nullable RestorableSource before, RestorableSource now) {
        boolean wasRestorable = before == null || before.restorable();
        if (wasRestorable == now.restorable()) {
            return Uni.createFrom().voidItem();
        }
        String source = now.source();
        AlertEvent event = now.restorable()
                ? new AlertEvent.Resolved(id(source), NAME, now.checkedAt())
                : new AlertEvent.Raised(
                        id(source),
                        NAME,
                        AlertEvent.Severity.WARNING,
                        null,
                        "source \"" + source + "\" is not restorable: " + String.join("; ", now.problems()),
                        null,
                        now.checkedAt());
        return publish(session, source, event, now.checkedAt());
    }

    /** Ends the alert of a source that left the configuration. */
    Uni<Void> removed(Mutiny.Session session, RestorableSource source, Instant at) {
        return source.restorable()
                ? Uni.createFrom().voidItem()
                : publish(session, source.source(), new AlertEvent.Resolved(id(source.source()), NAME, at), at);
    }

    /** Checks of one source follow each other, so their instant orders its alerts. */
    private Uni<Void> publish(Mutiny.Session session, String source, AlertEvent event, Instant at) {
        return outbox.publish(session, OutboxEvent.of(Topic.ALERTS, event, id(source), at.toEpochMilli(), source));
    }

    private static String id(String source) {
        return NAME + "/" + source;
    }
}
