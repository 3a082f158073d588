package io.holdfast.engine.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.testsupport.engine.Copies;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.Collation;
import org.sqlite.Function;

/** Files that use a collation and a function of their application. */
class ApplicationStandInsTest {
    private static final SqliteEngine ENGINE = new SqliteEngine();

    @TempDir
    Path directory;

    @Test
    void rowsAreReadAndRestoredAndOnlyIndexesOfTheApplicationAreLeftOut() throws Exception {
        Path file = create(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE reversed CHECK (valid(name) IS NOT 0), v UNIQUE)",
                "INSERT INTO t VALUES (1, 'a', 10), (2, 'c', 20), (3, 'b', 30)",
                "CREATE INDEX by_name ON t (name)",
                "CREATE INDEX by_valid ON t (valid(v))",
                "CREATE INDEX by_id ON t (v, id)",
                "CREATE VIEW w AS SELECT valid(name) FROM t ORDER BY name");
        Map<String, List<String>> content = SqliteFile.content(file);
        Copies.Copy copy;
        try (Snapshot snapshot = ENGINE.source(file).open(SnapshotOptions.defaults())) {
            copy = Copies.of(snapshot);
            assertThat(snapshot.dumpSchema(OutputStream.nullOutputStream()))
                    .extracting(Finding::kind, Finding::object)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(Finding.Kind.NOT_CARRIED, "by_name"),
                            org.assertj.core.groups.Tuple.tuple(Finding.Kind.NOT_CARRIED, "by_valid"));
        }

        try (TargetServer target = ENGINE.target(directory)) {
            Copies.restore(copy, target, "copy.db");
            try (TargetDatabase database = target.open("copy.db", LoadOptions.defaults());
                    Snapshot restored = database.snapshot(SnapshotOptions.defaults())) {
                Copies.Copy again = Copies.of(restored);
                assertThat(again.fingerprints()).isEqualTo(copy.fingerprints());
                assertThat(ENGINE.compareSchemas(copy.schema(), again.schema(), LoadOptions.defaults()))
                        .isEmpty();
            }
        }
        Path restored = directory.resolve("copy.db");
        assertThat(SqliteFile.content(restored)).isEqualTo(content);
        assertThat(SqliteFile.query(restored, "SELECT name FROM sqlite_schema ORDER BY name"))
                .containsExactly("by_id", "sqlite_autoindex_t_1", "t", "w");
        try (Connection application = application(restored)) {
            SqliteFile.run(application, "CREATE INDEX by_name ON t (name)", "INSERT INTO t VALUES (4, 'd', 40)");
            assertThat(SqliteConnections.list(
                            application, "SELECT id FROM t INDEXED BY by_name ORDER BY name", row -> row.getInt(1)))
                    .containsExactly(4, 2, 3, 1);
            assertThat(SqliteConnections.one(application, "PRAGMA integrity_check"))
                    .isEqualTo("ok");
        }
    }

    @Test
    void aTableWhoseKeyIsOrderedByTheApplicationIsRefusedByName() {
        Path file = create("CREATE TABLE plain (x)", "CREATE TABLE keyed (name TEXT COLLATE reversed PRIMARY KEY)");

        assertThatThrownBy(() -> ENGINE.source(file).open(SnapshotOptions.defaults()))
                .hasMessageContaining("table keyed")
                .hasMessageContaining("reversed");
    }

    private Path create(String... statements) {
        Path file = directory.resolve("own.db");
        try (Connection application = application(file)) {
            SqliteFile.run(application, statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return file;
    }

    private static Connection application(Path file) throws SQLException {
        Connection connection = SqliteFile.connect(file);
        Collation.create(connection, "reversed", new Collation() {
            @Override
            protected int xCompare(String left, String right) {
                return right.compareTo(left);
            }
        });
        Function.create(
                connection,
                "valid",
                new Function() {
                    @Override
                    protected void xFunc() throws SQLException {
                        result(1);
                    }
                },
                1,
                Function.FLAG_DETERMINISTIC);
        return connection;
    }
}
