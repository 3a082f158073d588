package io.holdfast.eventing.runtime;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

/** Something that blocks, asked for from a reactive chain; the chain goes on where it was. */
public final class WorkerThreadCall {
    private WorkerThreadCall() {}

    /**
     * Runs work on a worker thread. The result arrives on the caller's Vert.x context, so that a session of it may be used
     * again; keep the work short, the session's transaction stays open meanwhile.
     */
    public static <T> Uni<T> call(Callable<T> work) {
        return Uni.createFrom().deferred(() -> {
            Context caller = Vertx.currentContext();
            if (caller == null) {
                throw new IllegalStateException("not on a Vert.x context; from there, call the work itself");
            }
            return Uni.createFrom()
                    .completionStage(() -> caller.executeBlocking(work, false).toCompletionStage());
        });
    }
}
