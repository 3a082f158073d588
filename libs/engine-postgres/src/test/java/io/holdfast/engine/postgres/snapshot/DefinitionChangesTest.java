package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes between pg_dump and the snapshot: those of definitions are dumped again, others are not. */
class DefinitionChangesTest {
    private final DatabaseAddress address = DefinitionDigestTest.database();
    private final AtomicInteger dumps = new AtomicInteger();

    private byte[] dumpWith(String change) {
        AtomicBoolean once = new AtomicBoolean();
        SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
            @Override
            public void exported() {
                dumps.incrementAndGet();
            }

            @Override
            public void dumped() {
                if (once.compareAndSet(false, true)) {
                    Databases.sql(address, change.replace("READER", "reader_" + address.database()));
                }
            }
        };
        ConnectionFactory source =
                new ConnectionFactory(address, PasswordSupplier.none(), "holdfast/snapshot", ConnectionRole.SOURCE);
        try (Snapshot snapshot = SnapshotOpener.open(source, source, Databases.TOOLS, Databases.OPTIONS, phases)) {
            return dump(snapshot);
        }
    }

    private static byte[] dump(Snapshot snapshot) {
        ByteArrayOutputStream dump = new ByteArrayOutputStream();
        snapshot.dumpSchema(dump);
        return dump.toByteArray();
    }

    private byte[] dumpAfterwards() {
        try (Snapshot snapshot = Databases.open(address)) {
            return dump(snapshot);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ADD COLUMN added int",
                "ALTER TABLE t ALTER v SET DEFAULT 'b'",
                "ALTER TYPE mood ADD VALUE 'happy'",
                "ALTER POLICY pol ON u USING (false)",
                "CREATE INDEX ON t (v, id)",
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
                "COMMENT ON COLUMN t.v IS 'a comment'",
                "GRANT SELECT ON t TO READER"
            })
    void aChangedDefinitionIsDumpedAgain(String change) {
        byte[] dump = dumpWith(change);

        assertThat(dumps).hasValue(2);
        assertThat(dump).isEqualTo(dumpAfterwards());
    }

    /** Of a session that goes on: the objects are still there when the snapshot is taken. */
    @Test
    void temporaryObjectsOfAnotherSessionAreNot() throws Exception {
        try (var other = Databases.connect(address)) {
            AtomicBoolean once = new AtomicBoolean();
            SnapshotLeader.Phases phases = new SnapshotLeader.Phases() {
                @Override
                public void exported() {
                    dumps.incrementAndGet();
                }

                @Override
                public void dumped() {
                    if (once.compareAndSet(false, true)) {
                        temporary(other);
                    }
                }
            };
            ConnectionFactory source =
                    new ConnectionFactory(address, PasswordSupplier.none(), "holdfast/snapshot", ConnectionRole.SOURCE);
            SnapshotOpener.open(source, source, Databases.TOOLS, Databases.OPTIONS, phases)
                    .close();
        }

        assertThat(dumps).hasValue(1);
    }

    private static void temporary(Connection other) {
        try {
            Sql.run(
                    other,
                    "CREATE TEMP TABLE tt (id serial PRIMARY KEY, v text DEFAULT 'x' CHECK (v <> ''), e public.mood);"
                            + " COMMENT ON TABLE pg_temp.tt IS 'c'; CREATE TEMP VIEW tv AS SELECT v FROM pg_temp.tt;"
                            + " CREATE TEMP SEQUENCE ts; CREATE INDEX ON pg_temp.tt (v); CREATE FUNCTION pg_temp.tf()"
                            + " RETURNS int LANGUAGE sql AS 'SELECT 1'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
