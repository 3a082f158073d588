package io.holdfast.eventing.runtime;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.quarkus.opentelemetry.runtime.QuarkusContextStorage;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.OptimisticLockException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Transactions of Hibernate Reactive that any thread may ask for. */
@ApplicationScoped
public class TransactionRunner {
    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** Of PostgreSQL: serialization_failure and deadlock_detected. */
    private static final Set<String> OVERTAKEN = Set.of("40001", "40P01");

    private final Mutiny.SessionFactory sessions;
    private final Vertx vertx;

    TransactionRunner(Mutiny.SessionFactory sessions, Vertx vertx) {
        this.sessions = sessions;
        this.vertx = vertx;
    }

    /**
     * Runs work in a transaction of its own, on a context of its own: never joined to a session the caller has open. The
     * result arrives on the caller's context if it has one.
     *
     * <p>Work that another transaction overtook is begun again, with a new session that sees what the other one wrote.
     *
     * @param work may run several times, of which at most one is committed
     */
    public <T> Uni<T> run(Function<Mutiny.Session, Uni<T>> work) {
        return run(io.opentelemetry.context.Context.current(), work);
    }

    /**
     * The same in a given trace, for work that is tried again on other threads. Events and jobs that the work writes have
     * the trace's span as their cause.
     */
    public <T> Uni<T> run(io.opentelemetry.context.Context trace, Function<Mutiny.Session, Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Context caller = Vertx.currentContext();
            Uni<T> once = Uni.createFrom().emitter(emitter -> {
                Context own = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
                VertxContextSafetyToggle.setContextSafe(own, true);
                if (Span.fromContext(trace).getSpanContext().isValid()) {
                    // never closed: the context ends with the transaction
                    Scope unused = QuarkusContextStorage.INSTANCE.attach(own, trace);
                }
                own.runOnContext(ignored -> sessions.withTransaction((session, transaction) -> work.apply(session))
                        .subscribe()
                        .with(emitter::complete, emitter::fail));
            });
            Uni<T> result = once.onFailure(TransactionRunner::overtaken)
                    .retry()
                    .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                    .atMost(ATTEMPTS);
            return caller == null ? result : result.emitOn(task -> caller.runOnContext(ignored -> task.run()));
        });
    }

    private static boolean overtaken(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof OptimisticLockException
                    || (t instanceof PgException e && OVERTAKEN.contains(e.getSqlState()))) {
                return true;
            }
        }
        return false;
    }
}
