package io.holdfast.restore.domain;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;

/** What people must know of a restore at once, in the transaction that finds it. */
@ApplicationScoped
public class RestoreAlerts {
    private final Outbox outbox;
    private final InstantSource clock;

    RestoreAlerts(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    public Uni<Void> raise(
            Mutiny.Session session, Restore restore, String name, AlertEvent.Severity severity, String summary) {
        return publish(
                session,
                restore,
                new AlertEvent.Raised(
                        id(restore, name), name, severity, restore.source(), summary, null, clock.instant()));
    }

    public Uni<Void> resolve(Mutiny.Session session, Restore restore, String name) {
        return publish(session, restore, new AlertEvent.Resolved(id(restore, name), name, clock.instant()));
    }

    private static String id(Restore restore, String name) {
        return name + "-" + restore.id();
    }

    /** Numbered as the restore's own events are, so that one that is raised again is another one. */
    private Uni<Void> publish(Mutiny.Session session, Restore restore, AlertEvent alert) {
        return outbox.publish(
                session,
                new OutboxEvent(
                        Topic.ALERTS,
                        alert,
                        alert.alertId() + ":" + restore.nextSequence(),
                        restore.source().name(),
                        null,
                        restore.correlationId(),
                        alert.alertId()));
    }
}
