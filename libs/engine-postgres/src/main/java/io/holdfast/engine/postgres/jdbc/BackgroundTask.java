package io.holdfast.engine.postgres.jdbc;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a thread of its own asks of a server while its owner does something else. */
public final class BackgroundTask<T> implements AutoCloseable {
    private final String what;
    private final Consumer<T> drop;
    private final CompletableFuture<T> answer;
    private final Thread thread;
    private boolean taken;

    private BackgroundTask(T answer) {
        this.what = "";
        this.drop = nothing -> {};
        this.answer = CompletableFuture.completedFuture(answer);
        this.thread = Thread.currentThread();
    }

    /** What need not be asked. */
    public static <T> BackgroundTask<T> answered(T answer) {
        return new BackgroundTask<>(answer);
    }

    /**
     * Begins.
     *
     * @param what for the message if the owner is interrupted
     * @param drop gets what nobody takes
     */
    public BackgroundTask(String what, Supplier<T> work, Consumer<T> drop) {
        this.what = what;
        this.drop = drop;
        this.answer = new CompletableFuture<>();
        // no virtual one: on those, the Unix sockets of the driver may miss what the server says
        this.thread = Thread.ofPlatform().daemon().name("holdfast-aside").start(() -> run(work));
    }

    private void run(Supplier<T> work) {
        try {
            T done = work.get();
            if (!answer.complete(done)) {
                drop.accept(done);
            }
        } catch (Throwable e) { // the edge of this thread: whoever waits is told
            answer.completeExceptionally(e);
        }
    }

    /** Waits for it; fails as it failed. From then on it is the caller's. */
    public T take() {
        try {
            T done = answer.get();
            taken = true;
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, what + " was cancelled", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException holdfastException) {
                throw new HoldfastException(holdfastException.reason(), holdfastException);
            }
            throw new IllegalStateException(what + " failed", e.getCause());
        }
    }

    /** Stops it, or drops what it brought. */
    @Override
    public void close() {
        boolean stopped = answer.cancel(false);
        if (stopped) {
            thread.interrupt();
        } else if (!taken && !answer.isCompletedExceptionally()) {
            drop.accept(answer.join());
        }
    }
}
