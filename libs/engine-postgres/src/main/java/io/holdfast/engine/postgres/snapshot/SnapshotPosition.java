package io.holdfast.engine.postgres.snapshot;

import io.holdfast.engine.model.LogPosition;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the WAL position L at which recovery gives exactly the rows of a snapshot S: every transaction that S sees has its
 * commit record before L, and S sees every transaction whose commit record is before L.
 *
 * <p>The first half holds for each L that is read after S was taken. The second half does not: a transaction is invisible
 * from its commit record on until it has left the list of running transactions, which can take long (synchronous
 * replication). And such a transaction need not be in S's list, which only has ids below {@code xmax}; {@code xmax} is the id
 * after the last transaction that <em>ended</em>. So the conditions are, in this order:
 *
 * <ol>
 *   <li>S has {@code xmin = xmax}: every transaction with an id below {@code xmax} has ended, but for VACUUM, which changes
 *       no rows.
 *   <li>L is read after S.
 *   <li>After that, the next id to be assigned is still {@code xmax}. So no transaction has had this id or a greater one when
 *       L was read, and none of them has a commit record before L.
 * </ol>
 *
 * <p>Prepared transactions have ids, so that they do not fulfil these conditions. WAL without ids (checkpoints, lists of
 * running transactions, vacuum) may be written meanwhile: it does not change rows. {@code age()} tells the next id without
 * assigning one: it counts from the next id, as it was at the first call in a transaction.
 *
 * <p>A transaction may commit without waiting for the disk ({@code synchronous_commit = off}). Its WAL is lost if the server
 * crashes, and other WAL takes its place. So L counts only if the commits before L are on the disk while the session of S is
 * alive ({@link #isDurable}).
 */
final class SnapshotPosition {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPosition.class);
    private static final String SAVEPOINT = "log_position";

    /** The timeline is that of the WAL that is written now. Fails on a standby. */
    private static final String POSITION = "SELECT c.system_identifier::text, l.lsn::text,"
            + " pg_catalog.substr(pg_catalog.pg_walfile_name(l.lsn), 1, 8),"
            + " pg_catalog.txid_snapshot_xmin(s.snapshot) = pg_catalog.txid_snapshot_xmax(s.snapshot),"
            + " (pg_catalog.txid_snapshot_xmax(s.snapshot) & 4294967295)::text"
            + " FROM pg_catalog.pg_control_system() c, pg_catalog.pg_current_wal_insert_lsn() l(lsn),"
            + " pg_catalog.txid_current_snapshot() s(snapshot)";

    private SnapshotPosition() {}

    private record Read(LogPosition position, boolean noneRunning, String next) {}

    /**
     * To be called once in the snapshot's transaction, after the snapshot was taken. Leaves the transaction usable.
     *
     * @return empty if the server was too busy or does not tell
     */
    static Optional<LogPosition> find(Connection leader) throws SQLException {
        return protect(leader, () -> {
            Read read = Sql.one(
                    leader,
                    POSITION,
                    row -> new Read(
                            new LogPosition(Sql.text(row, 1), Integer.parseInt(Sql.text(row, 3), 16), Sql.text(row, 2)),
                            row.getBoolean(4),
                            Sql.text(row, 5)));
            boolean exact = read.noneRunning()
                    && Sql.one(
                            leader,
                            "SELECT pg_catalog.age(" + Sql.literal(read.next()) + "::pg_catalog.xid)",
                            row -> row.getInt(1) == 0);
            return exact ? Optional.of(read.position()) : Optional.empty();
        });
    }

    /**
     * Whether a crash of the server cannot lose commits before the position. In the snapshot's transaction.
     *
     * <p>The server writes such commits to the disk within three times {@code wal_writer_delay}; WAL of an idle server that
     * belongs to no commit may stay in memory for longer.
     *
     * @param at when the snapshot was taken
     */
    static boolean isDurable(Connection leader, LogPosition position, Instant at) throws SQLException {
        return protect(
                        leader,
                        () -> Sql.one(
                                leader,
                                "SELECT pg_catalog.pg_current_wal_flush_lsn() >= " + Sql.literal(position.lsn())
                                        + "::pg_catalog.pg_lsn OR pg_catalog.clock_timestamp() > "
                                        + Sql.literal(at.toString())
                                        + "::timestamptz + 4 * pg_catalog.current_setting('wal_writer_delay')::interval",
                                row -> Optional.of(row.getBoolean(1))))
                .orElse(false);
    }

    private interface Question<T> {
        Optional<T> ask() throws SQLException;
    }

    /** A server that refuses, as a standby and some providers do, ends neither the transaction nor the backup. */
    private static <T> Optional<T> protect(Connection leader, Question<T> question) throws SQLException {
        Sql.run(leader, "SAVEPOINT " + SAVEPOINT);
        try {
            return question.ask();
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            Sql.run(leader, "ROLLBACK TO SAVEPOINT " + SAVEPOINT);
            LOG.debug("the server does not tell the position of a snapshot: {}", e.getMessage());
            return Optional.empty();
        } finally {
            Sql.run(leader, "RELEASE SAVEPOINT " + SAVEPOINT);
        }
    }
}
