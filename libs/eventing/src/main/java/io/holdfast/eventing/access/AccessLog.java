package io.holdfast.eventing.access;

import io.holdfast.contracts.AccessEvent;
import io.smallrye.mutiny.Uni;

/** Where access events go. In every service but audit-service that is its outbox. */
public interface AccessLog {
    /** Completes once the event is stored; fails if it cannot be, and then the operation must not run. */
    Uni<Void> write(AccessEvent event);

    /** Stores the event soon, or logs that it could not. */
    void later(AccessEvent event);
}
