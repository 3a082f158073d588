package io.holdfast.devstack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The stack's servers: in and below this JVM, or as containers. */
final class ServerStack implements StackServer {
    private static final long STARTS_END_WITHIN_SECONDS = 15;

    private final Deque<StackServer> started = new ArrayDeque<>();
    /** Its parties: whoever stops the stack, and each server's start that has not ended. */
    private final Phaser starts = new Phaser(1);

    private boolean stopped;
    private @Nullable PostgresServer postgres;
    private @Nullable CompletableFuture<Void> watch;

    /**
     * Starts what is wanted, side by side; PostgreSQL on the calling thread, to which its life is tied.
     *
     * @param durable whether data must survive a power cut
     */
    StackAddresses start(Path data, StackOptions options, boolean durable) throws Exception {
        return counted(() -> startAll(data, options, durable)).call();
    }

    private StackAddresses startAll(Path data, StackOptions options, boolean durable) throws Exception {
        LoggerFactory.getILoggerFactory(); // whoever logs while another sets logging up makes it say so
        StackState state = StackState.load(data, options.ports());
        ContainerServers containers = new ContainerServers(this::keep, state);
        boolean contained = options.containers();
        Set<StackComponent> parts = options.parts();
        var kafka = beside(
                parts,
                StackComponent.KAFKA,
                () -> contained
                        ? containers.kafka()
                        : keep(KafkaBroker.start(data, state)).bootstrap());
        var s3 = beside(
                parts,
                StackComponent.S3,
                () -> contained
                        ? containers.s3()
                        : keep(S3Server.start(data, state)).address());
        var catcher = beside(
                parts,
                StackComponent.CATCHER,
                () -> keep(MessageCatcher.start(state)).address());
        var address = new StackAddresses.Postgres("", 0, "", "", "");
        Map<Service, StackAddresses.Login> logins = Map.of();
        if (parts.contains(StackComponent.POSTGRES)) {
            address = contained ? containers.postgres() : startPostgres(data, state, durable);
            logins = PlatformDatabase.create(superuser(address), state);
        }
        return new StackAddresses(
                parts.contains(StackComponent.KAFKA) ? kafka.get() : "",
                address,
                logins,
                parts.contains(StackComponent.S3) ? s3.get() : new StackAddresses.S3("", "", "", "", ""),
                parts.contains(StackComponent.CATCHER) ? catcher.get() : new StackAddresses.Catcher("", "", 0));
    }

    private StackAddresses.Postgres startPostgres(Path data, StackState state, boolean durable) throws Exception {
        PostgresServer server = keep(PostgresServer.start(data, state, durable));
        postgres = server;
        return new StackAddresses.Postgres(
                "127.0.0.1", server.port(), PlatformDatabase.NAME, PostgresServer.SUPERUSER, server.password());
    }

    private PlatformDatabase.Superuser superuser(StackAddresses.Postgres address) {
        PostgresServer server = postgres;
        return server == null ? ContainerServers.superuser(address) : server::connect;
    }

    /** Calls back once, when the PostgreSQL process that runs now ends. */
    void whenPostgresEnds(Runnable action) {
        PostgresServer server = postgres;
        if (server != null) {
            watch = server.process().onExit().thenRun(action);
        }
    }

    void restartPostgres() throws Exception {
        PostgresServer server = postgres;
        if (server != null) {
            server.restart();
        }
    }

    /**
     * Ends every server, those that are still being started too: one that went on would write where its files are
     * deleted. One that takes too long ends itself once it has started.
     */
    @Override
    public void stop() throws Exception {
        awaitStarts();
        if (watch != null) {
            watch.cancel(false);
        }
        Exception first = null;
        for (StackServer stackComponent = next(); stackComponent != null; stackComponent = next()) {
            try {
                stackComponent.stop();
            } catch (Exception e) { // the others must be stopped too
                first = e;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void awaitStarts() throws InterruptedException {
        try {
            starts.awaitAdvanceInterruptibly(starts.arrive(), STARTS_END_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            System.err.println("a server still starts after " + STARTS_END_WITHIN_SECONDS + " s; not waiting for it");
        }
    }

    private synchronized @Nullable StackServer next() {
        stopped = true;
        return started.pollFirst();
    }

    private <T extends StackServer> T keep(T stackComponent) throws Exception {
        synchronized (this) {
            if (!stopped) {
                started.addFirst(stackComponent);
                return stackComponent;
            }
        }
        stackComponent.stop();
        throw new IOException("the stack was stopped while this server started");
    }

    private <T> Callable<T> counted(Callable<T> start) {
        starts.register();
        return () -> {
            try {
                return start.call();
            } finally {
                starts.arriveAndDeregister();
            }
        };
    }

    private <T> FutureTask<T> beside(Set<StackComponent> parts, StackComponent stackComponent, Callable<T> start) {
        FutureTask<T> task = new FutureTask<>(parts.contains(stackComponent) ? counted(start) : start);
        if (parts.contains(stackComponent)) {
            Thread.ofPlatform().daemon().name("start-" + stackComponent).start(task);
        }
        return task;
    }
}
