package io.holdfast.restore.saga;

import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;

/** Lets a test act at the moment at which a restore takes a step, in its transaction. */
@Alternative
@Priority(1)
@Singleton
class WatchedRestores extends Restores {
    private final Map<RestoreState, Consumer<Restore>> acts = new EnumMap<>(RestoreState.class);

    WatchedRestores(Outbox outbox, InstantSource clock) {
        super(outbox, clock);
    }

    /** Once. */
    synchronized void at(RestoreState step, Consumer<Restore> act) {
        acts.put(step, act);
    }

    private synchronized void reached(RestoreState step, Restore restore) {
        Consumer<Restore> act = acts.remove(step);
        if (act != null) {
            act.accept(restore);
        }
    }

    @Override
    Uni<Restore> enter(Mutiny.Session session, RestoreId id, RestoreState next) {
        return super.enter(session, id, next).invoke(restore -> reached(next, restore));
    }

    @Override
    Uni<Restore> loading(Mutiny.Session session, RestoreId id, long epoch) {
        return super.loading(session, id, epoch).invoke(restore -> reached(RestoreState.LOADING, restore));
    }

    @Override
    Uni<Restore> equal(Mutiny.Session session, RestoreId id, String staging, long oid, Restored restored) {
        return super.equal(session, id, staging, oid, restored)
                .invoke(restore -> reached(RestoreState.HANDING_OVER, restore));
    }

    @Override
    Uni<Restore> completed(Mutiny.Session session, RestoreId id) {
        return super.completed(session, id).invoke(restore -> reached(RestoreState.COMPLETED, restore));
    }
}
