package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.LogPosition;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The other databases of the server are idle, but for autovacuum. */
class SnapshotPositionTest {
    private final DatabaseAddress address = database();

    private static DatabaseAddress database() {
        DatabaseAddress address = Databases.fresh();
        Databases.sql(address, "CREATE TABLE t (id int)");
        return address;
    }

    @Test
    void theSnapshotOfAnIdleServerHasAPositionThatARoleWithoutRightsCanRead() {
        String reader = "reader_" + address.database();
        Databases.sql(address, "CREATE ROLE " + reader + " LOGIN", "GRANT SELECT ON t TO " + reader);
        String before = lsn();
        Databases.sql(address, "INSERT INTO t VALUES (1)");

        LogPosition position = awaitPosition(address.withUser(reader));

        assertThat(position.system())
                .isEqualTo(Databases.query(address, "SELECT system_identifier::text FROM pg_control_system()")
                        .getFirst());
        assertThat(position.timeline()).isEqualTo(1);
        assertThat(Databases.query(
                        address,
                        "SELECT '" + position.lsn() + "'::pg_lsn > '" + before + "' AND '" + position.lsn()
                                + "'::pg_lsn <= pg_current_wal_insert_lsn()"))
                .containsExactly("t");
        assertThat(position(address, false)).isEmpty();
    }

    /** Its id is not in the list of the snapshot, and its commit record may be written already. */
    @Test
    void aRunningTransactionThatIsNewerThanAllThatEndedLeavesNoPosition() throws SQLException {
        LogPosition quiet = awaitPosition(address);
        try (Session open = new Session("INSERT INTO t VALUES (1)")) {
            assertThat(position(address, true)).isEmpty();
            open.run("ROLLBACK");
        }

        assertThat(awaitPosition(address)).isNotEqualTo(quiet);
    }

    @Test
    void aRunningTransactionThatIsOlderThanOneThatEndedLeavesNoPosition() throws SQLException {
        try (Session open = new Session("INSERT INTO t VALUES (1)")) {
            Databases.sql(address, "INSERT INTO t VALUES (2)");

            assertThat(position(address, true)).isEmpty();
            open.run("COMMIT");
        }
    }

    /** Readers assign no ids, and WAL that changes no rows may be written meanwhile. */
    @Test
    void sessionsThatReadAndCheckpointsLeaveThePosition() throws SQLException {
        try (Session reading = new Session("SELECT count(*) FROM t")) {
            Databases.sql(address, "CHECKPOINT");

            assertThat(awaitPosition(address).lsn()).isNotEmpty();
            reading.run("COMMIT");
        }
    }

    /** Autovacuum may have an id for a moment. */
    private static LogPosition awaitPosition(DatabaseAddress address) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> position(address, true), Optional::isPresent)
                .orElseThrow();
    }

    /** After the time in which the server writes commits to the disk. */
    private static Optional<LogPosition> position(DatabaseAddress address, boolean asked) {
        try (Snapshot snapshot =
                Databases.ENGINE.open(address, PasswordSupplier.none(), Databases.OPTIONS.withPosition(asked))) {
            Instant durable = snapshot.at().plusSeconds(1);
            Awaitility.await()
                    .until(() ->
                            snapshot.position().isPresent() || Instant.now().isAfter(durable));
            return snapshot.position();
        }
    }

    private String lsn() {
        return Databases.query(address, "SELECT pg_current_wal_insert_lsn()::text")
                .getFirst();
    }

    private final class Session implements AutoCloseable {
        private final Connection connection = Databases.connect(address);

        Session(String sql) throws SQLException {
            run("RESET search_path; BEGIN");
            run(sql);
        }

        void run(String sql) throws SQLException {
            Sql.run(connection, sql);
        }

        @Override
        public void close() {
            ConnectionFactory.close(connection);
        }
    }
}
