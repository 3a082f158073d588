package io.holdfast.eventing.access;

import io.holdfast.contracts.AccessEvent;
import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

/** The store of access events. In every service but audit-service that is its outbox. */
public interface AccessLog {
    /** Completes once the event is stored; fails if it cannot be, and then the operation must not run. */
    Uni<Void> write(AccessEvent event);

    /** Stores the event soon, or logs that it could not. */
    default void later(AccessEvent event) {
        write(event)
                .subscribe()
                .with(
                        ignored -> {},
                        failure -> Logger.getLogger(AccessLog.class)
                                .errorf("an access event was not recorded (%s): %s", failure.getMessage(), event));
    }
}
