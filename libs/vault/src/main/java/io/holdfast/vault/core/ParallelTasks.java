package io.holdfast.vault.core;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Does something with each of many, a few at once: the answer of a store takes longer than the work on it. */
public final class ParallelTasks {
    public static final int REQUESTS = 8;

    private ParallelTasks() {}

    /**
     * Returns when all are done. The first failure ends it, when what is on its way has ended too.
     *
     * @param what for the message if the caller is interrupted
     */
    public static <T> void each(Collection<T> all, int atOnce, String what, Consumer<T> work) {
        Queue<T> left = new ConcurrentLinkedQueue<>(all);
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Math.min(atOnce, all.size()); i++) {
                workers.add(threads.submit(() -> {
                    for (T next = left.poll(); next != null; next = left.poll()) {
                        work.accept(next);
                    }
                }));
            }
            await(workers, threads, what);
        }
    }

    /** These, all at once; fails as one of them does, when all have ended. */
    public static void all(String what, Runnable... tasks) {
        each(List.of(tasks), tasks.length, what, Runnable::run);
    }

    private static void await(List<Future<?>> workers, ExecutorService threads, String what) {
        try {
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped while " + what, e);
        } catch (ExecutionException e) {
            threads.shutdownNow();
            if (e.getCause() instanceof HoldfastException holdfastException) {
                throw new HoldfastException(holdfastException.reason(), holdfastException);
            }
            throw new IllegalStateException("failed while " + what, e);
        }
    }
}
