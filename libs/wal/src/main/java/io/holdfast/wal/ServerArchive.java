package io.holdfast.wal;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.WalServer;
import java.io.OutputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A copy of a running server as tar archives, with PostgreSQL's manifest in one of the data directory's. */
interface ServerArchive {

    /** Takes archives one after the other. */
    interface Sink {
        /**
         * Ends the archive before, and begins another. What is written to an ended one is lost.
         *
         * @param tablespace its OID; null: of the data directory
         */
        OutputStream next(@Nullable String tablespace);
    }

    /** @throws HoldfastException TOOL_MISSING, TOOL_FAILED, SOURCE_* */
    void copy(Sink to);

    /** The OIDs of the server's tablespaces, without {@code pg_default} and {@code pg_global}. */
    default Set<String> tablespaces() {
        return Set.of();
    }

    /** As pg_basebackup writes it: one archive to its standard output, or several to pipes if there are tablespaces. */
    static ServerArchive of(BaseBackupTool tool, BaseBackups.Server server) {
        WalServer probe = new WalServer(server.address(), server.password());
        return new ServerArchive() {
            @Override
            public void copy(Sink to) {
                Set<String> tablespaces = tablespaces();
                if (tablespaces.isEmpty()) {
                    tool.stream(to.next(null));
                } else {
                    new PipedArchives(tool, tablespaces).copy(to);
                }
            }

            @Override
            public Set<String> tablespaces() {
                return probe.state().tablespaces();
            }
        };
    }
}
