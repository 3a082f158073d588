package io.holdfast.engine.postgres.increment;

import io.holdfast.engine.postgres.increment.WalSummaryChain.Summary;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Asks a server for its WAL summaries. */
final class WalSummaryReader {
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final Duration EVERY = Duration.ofMillis(25);

    private final Connection connection;
    private final long timeline;

    WalSummaryReader(Connection connection, long timeline) {
        this.connection = connection;
        this.timeline = timeline;
    }

    /** Requests a checkpoint if the summaries do not reach the position, because they end at checkpoints, and waits for them. */
    WalSummaryChain reaching(long position) throws SQLException, InterruptedException {
        WalSummaryChain chain = chain();
        if (chain.endAfter(position).isPresent()) {
            return chain;
        }
        Sql.run(connection, "SET statement_timeout = " + MOST.toMillis());
        Sql.run(connection, "CHECKPOINT");
        long start = System.nanoTime();
        chain = chain();
        while (chain.endAfter(position).isEmpty() && System.nanoTime() - start < MOST.toNanos()) {
            Thread.sleep(EVERY);
            chain = chain();
        }
        return chain;
    }

    private WalSummaryChain chain() throws SQLException {
        return new WalSummaryChain(Sql.list(
                connection,
                "SELECT s.start_lsn, s.end_lsn FROM pg_catalog.pg_available_wal_summaries() s WHERE s.tli = "
                        + timeline,
                row -> new Summary(WalPosition.parse(Sql.text(row, 1)), WalPosition.parse(Sql.text(row, 2)))));
    }

    /** The changes of main forks of files of the connection's database, by units of so many blocks. */
    ChangedBlocks changed(List<Summary> summaries, long blocksOfUnit) throws SQLException {
        String files = summaries.stream()
                .map(summary -> "('" + WalPosition.text(summary.start()) + "'::pg_catalog.pg_lsn, '"
                        + WalPosition.text(summary.end()) + "'::pg_catalog.pg_lsn)")
                .collect(Collectors.joining(", "));
        ChangedBlocks changed = new ChangedBlocks(blocksOfUnit);
        Sql.list(
                connection,
                "SELECT c.relfilenode, c.relblocknumber / " + blocksOfUnit + ", pg_catalog.bool_or("
                        + "c.is_limit_block) FROM (VALUES " + files + ") s(first, last) CROSS JOIN LATERAL"
                        + " pg_catalog.pg_wal_summary_contents(" + timeline + ", s.first, s.last) c"
                        + " WHERE c.relforknumber = 0 AND c.reldatabase = (SELECT d.oid FROM pg_catalog.pg_database d"
                        + " WHERE d.datname = pg_catalog.current_database()) GROUP BY 1, 2",
                row -> {
                    if (row.getBoolean(3)) {
                        changed.replaced(row.getLong(1));
                    } else {
                        changed.changed(row.getLong(1), row.getLong(2));
                    }
                    return true;
                });
        return changed;
    }
}
