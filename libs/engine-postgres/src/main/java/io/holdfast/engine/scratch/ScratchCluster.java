package io.holdfast.engine.scratch;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away PostgreSQL cluster on this machine. It listens on a unix socket only that its own directory protects, has
 * no network where the system lets us take it away, runs as an unprivileged user, and is gone with its files when it is
 * closed or when this process dies, however it dies.
 *
 * <p>What is restored here is somebody else's code. Rows are loaded and read, and views are filled, as a role without
 * special rights. The schema is restored as the cluster's superuser, because extensions, event triggers and owners need
 * one: what runs then (expressions of indexes and constraints) can do what the cluster's operating system user can,
 * without network. Where that user owns anything of value, run the verifier in a container of its own.
 */
public final class ScratchCluster implements AutoCloseable {
    private final ScratchServer server;
    private final DatabaseAddress admin;
    private final String loader;
    private final PostgresEngine engine;

    private ScratchCluster(ScratchServer server, DatabaseAddress admin, String loader, PostgresEngine engine) {
        this.server = server;
        this.admin = admin;
        this.loader = loader;
        this.engine = engine;
    }

    /** Starts one; takes about a second. Fails with {@code SCRATCH_UNAVAILABLE}, which says nothing about a backup. */
    public static ScratchCluster start(ScratchOptions options) {
        PostgresTools tools = PostgresTools.find(options.tools());
        Path programs = tools.serverDirectory(options.serverMajor())
                .orElseThrow(() -> unavailable(
                        "PostgreSQL's server programs, version " + options.serverMajor()
                                + " or later, are not on this machine; install them (Debian: apt install postgresql-"
                                + options.serverMajor() + ") or set scratch.postgres.url to a server for proofs",
                        null));
        try {
            ScratchClusterDirectory.sweep(options.directory());
            ScratchClusterDirectory directory = ScratchClusterDirectory.create(options.directory());
            // unguessable names: a role of a backup must never be one of ours
            ScratchServer server = ScratchServer.start(programs, directory, "holdfast_admin_" + directory.secret());
            return started(server, options, new PostgresEngine(tools));
        } catch (IOException e) {
            throw unavailable("the scratch cluster could not be started in " + options.directory() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "starting the scratch cluster was cancelled", e);
        }
    }

    private static ScratchCluster started(ScratchServer server, ScratchOptions options, PostgresEngine engine) {
        String loader = "holdfast_loader_" + server.directory().secret();
        ScratchCluster cluster = new ScratchCluster(server, server.address(), loader, engine);
        boolean ready = false;
        try {
            server.createLoader(loader);
            cluster.target().createRoles(options.roles());
            ready = true;
            return cluster;
        } finally {
            if (!ready) {
                cluster.close();
            }
        }
    }

    static HoldfastException unavailable(String message, @Nullable Throwable cause) {
        return cause == null
                ? HoldfastException.of(FailureCode.SCRATCH_UNAVAILABLE, message)
                : HoldfastException.of(FailureCode.SCRATCH_UNAVAILABLE, message, cause);
    }

    /** The cluster as a target; valid until this is closed. */
    public TargetServer target() {
        return engine.target(admin, PasswordSupplier.none(), loader);
    }

    /** The cluster's maintenance database, as its superuser. */
    public DatabaseAddress address() {
        return admin;
    }

    /** The role without special rights that loads and reads rows. */
    public String loader() {
        return loader;
    }

    /** Stops the server at once and removes its files. */
    @Override
    public void close() {
        server.close();
    }
}
