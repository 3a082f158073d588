package io.holdfast.engine.postgres.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The indexes of large tables that somebody makes just now by sorting. Several processes sort for them; when the last one
 * is written, a single process does that, and there is room for other work.
 */
final class IndexBuildThrottle {
    /** Who makes an index, and its workers, as servers have them by default. */
    private static final int PROCESSES = 3;

    /** As the server calls it. */
    static final String WRITING = "building index: loading tuples in tree";

    private static final Duration EVERY = Duration.ofMillis(50);

    private final TargetConnections connections;
    private final int jobs;

    /** How many each table gets. */
    private final Map<QualifiedName, Integer> tables = new ConcurrentHashMap<>();

    IndexBuildThrottle(TargetConnections connections, int jobs) {
        this.connections = connections;
        this.jobs = jobs;
    }

    void begin(QualifiedName table, int indexes) {
        tables.put(table, indexes);
    }

    void end(QualifiedName table) {
        tables.remove(table);
    }

    /**
     * Waits until there is room.
     *
     * @throws HoldfastException CANCELLED if the thread is interrupted
     */
    void awaitRoom() {
        try {
            while (tables.size() * PROCESSES >= jobs
                    && !connections.byOwner("looking how far indexes are", this::written)) {
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "waiting for indexes was cancelled", e);
        }
    }

    /** Whoever makes them sees how far they are; other roles do not. */
    private boolean written(Connection connection) throws SQLException {
        for (Map.Entry<QualifiedName, Integer> table : tables.entrySet()) {
            String oid = "pg_catalog.to_regclass(" + Sql.literal(table.getKey().sql()) + ")";
            boolean last = Sql.one(
                    connection,
                    "SELECT pg_catalog.current_setting('max_parallel_maintenance_workers') = '0' OR i.made >= "
                            + table.getValue() + " OR i.made >= " + (table.getValue() - 1)
                            + " AND EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p"
                            + " WHERE p.datname = pg_catalog.current_database() AND p.relid = " + oid
                            + " AND p.phase = " + Sql.literal(WRITING) + ") FROM (SELECT count(*) AS made"
                            + " FROM pg_catalog.pg_index WHERE indrelid = " + oid + ") i",
                    row -> row.getBoolean(1));
            if (!last) {
                return false;
            }
        }
        return true;
    }
}
