package io.holdfast.engine.support;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices that a thread was interrupted while it waits in a socket or for a process, which an interrupt does not wake,
 * and cancels the work for it. One daemon thread for all, alive while something is watched.
 */
public final class InterruptWatcher {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Set<Watched> WATCHED = ConcurrentHashMap.newKeySet();
    private static boolean running;

    private InterruptWatcher() {}

    /** Runs {@code cancel} once, should the current thread be interrupted before the result is closed. */
    public static Watched watch(Runnable cancel) {
        Watched watched = new Watched(Thread.currentThread(), cancel);
        synchronized (InterruptWatcher.class) {
            WATCHED.add(watched);
            if (!running) {
                running = true;
                Thread thread = new Thread(InterruptWatcher::loop, "holdfast-cancel-watch");
                thread.setDaemon(true);
                thread.start();
            }
        }
        return watched;
    }

    private static void loop() {
        while (true) {
            for (Watched watched : WATCHED) {
                watched.look();
            }
            synchronized (InterruptWatcher.class) {
                if (WATCHED.isEmpty()) {
                    running = false;
                    return;
                }
            }
            LockSupport.parkNanos(EVERY);
        }
    }

    /** Until it is closed, an interrupt of its thread cancels. */
    public static final class Watched implements AutoCloseable {
        private final Thread thread;
        private final Runnable cancel;
        private boolean done;

        private Watched(Thread thread, Runnable cancel) {
            this.thread = thread;
            this.cancel = cancel;
        }

        private synchronized void look() {
            if (!done && thread.isInterrupted()) {
                done = true;
                WATCHED.remove(this);
                // cancelling talks to the server: not on the thread that watches the others
                Thread.ofPlatform().daemon().name("holdfast-cancel").start(cancel);
            }
        }

        @Override
        public synchronized void close() {
            done = true;
            WATCHED.remove(this);
        }
    }
}
