package io.holdfast.engine.postgres.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.model.DatabaseDescriptor;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/** An empty database that has a backup's definitions for as long as it takes the server to write them. */
final class DefinitionReparser {
    private final PostgresTargetServer server;
    private final String name;

    /** @param oid of the copy that is compared */
    DefinitionReparser(PostgresTargetServer server, long oid) {
        this.server = server;
        this.name = name(oid);
    }

    /** Whoever drops the copy drops this before: then the copy's presence tells that there may be one. */
    static String name(long oid) {
        return "holdfast_reread_" + oid;
    }

    /**
     * What goes wrong with it says nothing of the backup.
     *
     * @return of {@link PostgresTargetDatabase#definitions}
     */
    Set<Integer> run(Path schemaDump, DatabaseDescriptor shape, LoadOptions options, OutputStream out) {
        Set<Integer> given;
        try {
            server.drop(name);
            server.create(name, shape);
            try (PostgresTargetDatabase database = server.open(name, options)) {
                database.searchPath(shape);
                given = database.definitions(schemaDump);
                try (Snapshot snapshot =
                        database.snapshot(SnapshotOptions.defaults().withApplicationName(options.applicationName()))) {
                    snapshot.dumpSchema(out);
                }
            }
        } catch (HoldfastException holdfastException) {
            drop(holdfastException::addSuppressed);
            throw unasked(holdfastException);
        }
        drop(holdfastException -> {}); // dropping the copy tries again
        return given;
    }

    private void drop(Consumer<HoldfastException> failed) {
        boolean interrupted = Thread.interrupted();
        try {
            server.drop(name);
        } catch (HoldfastException holdfastException) {
            failed.accept(holdfastException);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static HoldfastException unasked(HoldfastException holdfastException) {
        boolean ofTheServer = holdfastException.code().name().startsWith("TARGET_")
                && holdfastException.code() != FailureCode.TARGET_LOAD_FAILED;
        return ofTheServer || holdfastException.code() == FailureCode.CANCELLED
                ? holdfastException
                : HoldfastException.of(
                        FailureCode.TARGET_UNSUITABLE,
                        "some definitions are written otherwise than in the backup, and the server could not be asked"
                                + " whether they are the same: " + holdfastException.getMessage(),
                        holdfastException);
    }
}
