package io.holdfast.eventing;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Transactions of Hibernate Reactive that any thread may ask for. */
@ApplicationScoped
public class Transactions {
    private final Mutiny.SessionFactory sessions;
    private final Vertx vertx;

    Transactions(Mutiny.SessionFactory sessions, Vertx vertx) {
        this.sessions = sessions;
        this.vertx = vertx;
    }

    /**
     * Runs work in a transaction of its own, on a context of its own: never joined to a session the caller has open. The
     * result arrives on the caller's context if it has one.
     */
    public <T> Uni<T> run(Function<Mutiny.Session, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Context caller = Vertx.currentContext();
            Uni<T> result = Uni.createFrom().emitter(emitter -> {
                Context own = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
                VertxContextSafetyToggle.setContextSafe(own, true);
                own.runOnContext(ignored -> sessions.withTransaction((session, transaction) -> work.apply(session))
                        .subscribe()
                        .with(emitter::complete, emitter::fail));
            });
            return caller == null ? result : result.emitOn(task -> caller.runOnContext(ignored -> task.run()));
        });
    }
}
