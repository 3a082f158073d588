package io.holdfast.restore.saga;

import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.targets.TargetRegistry;
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
public class WatchedRestores extends RestoreRepository {
    private final Map<RestoreState, Consumer<Restore>> acts = new EnumMap<>(RestoreState.class);

    WatchedRestores(Outbox outbox, TargetRegistry targetRegistry, InstantSource clock) {
        super(outbox, targetRegistry, clock);
    }

    /** Once. */
    public synchronized void at(RestoreState step, Consumer<Restore> act) {
        acts.put(step, act);
    }

    private synchronized void reached(RestoreState step, Restore restore) {
        Consumer<Restore> act = acts.remove(step);
        if (act != null) {
            act.accept(restore);
        }
    }

    @Override
    public Uni<Restore> change(Mutiny.Session session, RestoreId id, Consumer<Restore> verb) {
        return super.change(session, id, restore -> {
            RestoreState before = restore.state();
            verb.accept(restore);
            if (restore.state() != before) {
                reached(restore.state(), restore);
            }
        });
    }
}
