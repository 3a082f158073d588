package io.holdfast.eventing.outbox;

import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.smallrye.mutiny.Uni;
import java.sql.Connection;
import java.sql.SQLException;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Events leave by here: written in the transaction of the state they tell of, sent once it has committed, at least once,
 * in the order of their aggregate.
 */
public interface Outbox {
    Uni<Void> publish(Mutiny.Session session, OutboxEvent event);

    /** The same in the connection's transaction, which the caller commits. */
    void publish(Connection connection, OutboxEvent event) throws SQLException;
}
