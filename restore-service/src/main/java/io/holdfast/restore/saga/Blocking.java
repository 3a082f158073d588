package io.holdfast.restore.saga;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

/** Something that blocks, asked for from a reactive chain; the chain goes on where it was. */
final class Blocking {
    private Blocking() {}

    static <T> Uni<T> call(Callable<T> work) {
        Context context = Vertx.currentContext();
        return Uni.createFrom()
                .completionStage(() -> context.executeBlocking(work, false).toCompletionStage());
    }
}
