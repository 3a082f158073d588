package io.holdfast.transfer.progress;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A few threads that do a list of tasks. The first failure ends them all; so does an interrupt of who waits. */
public final class ParallelTasks {
    private ParallelTasks() {}

    /**
     * Runs all tasks, in the order of the list as threads become free.
     *
     * @param stop makes blocked tasks fail, when one failed or the caller was interrupted; called at most once
     * @return the results, in no particular order
     * @throws HoldfastException what the first failed task failed with; CANCELLED if the caller was interrupted
     */
    public static <T> List<T> run(String name, int threads, List<Callable<T>> tasks, Runnable stop) {
        ExecutorService crew = Executors.newFixedThreadPool(
                Math.max(1, Math.min(threads, tasks.size())),
                Thread.ofPlatform().daemon().name("holdfast-" + name + "-", 0).factory());
        var done = new ExecutorCompletionService<T>(crew);
        try {
            tasks.forEach(done::submit);
            List<T> results = new ArrayList<>(tasks.size());
            for (int i = 0; i < tasks.size(); i++) {
                Future<T> next = done.take();
                results.add(next.get());
            }
            return results;
        } catch (InterruptedException e) {
            end(crew, stop);
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped while " + name, e);
        } catch (ExecutionException | CancellationException e) {
            end(crew, stop);
            throw failure(name, e);
        } finally {
            crew.shutdown();
        }
    }

    /** No thread of the crew runs any more afterwards. */
    private static void end(ExecutorService crew, Runnable stop) {
        crew.shutdownNow();
        stop.run();
        crew.close();
    }

    private static HoldfastException failure(String name, Exception e) {
        Throwable cause = e.getCause();
        if (cause instanceof HoldfastException holdfastException) {
            return holdfastException;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return HoldfastException.of(FailureCode.INTERNAL, name + " failed: " + cause, e);
    }
}
