package io.holdfast.engine.sqlite.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.engine.sqlite.SqliteFile;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.testsupport.engine.Copies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnlineFileCopyTest {
    /** So slow that a writer gets its turn between two steps. */
    private static final SnapshotOptions SLOWLY =
            SnapshotOptions.defaults().withReaders(1).withBytesPerSecond(40L << 20);

    @TempDir
    Path directory;

    @Test
    void aFileThatChangesAllTheTimeIsCopiedAsItWasAtOneInstant() throws Exception {
        Path file = directory.resolve("busy.db");
        SqliteFile.run(
                file,
                "CREATE TABLE t (id INTEGER PRIMARY KEY, version INTEGER, filler BLOB)",
                "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
                        + " SELECT i, 0, randomblob(3000) FROM n");
        AtomicBoolean enough = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            try (Connection connection = SqliteFile.connect(file)) {
                SqliteFile.run(connection, "PRAGMA busy_timeout = 60000", "PRAGMA synchronous = OFF");
                while (!enough.get()) {
                    SqliteFile.run(connection, "UPDATE t SET version = version + 1 WHERE id IN (1, 3000)");
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });

        try (OnlineFileCopy copy = OnlineFileCopy.of(file, SLOWLY)) {
            enough.set(true);
            writer.join();
            assertThat(copy.attempts()).isGreaterThan(1);
            assertThat(SqliteFile.query(copy.file(), "PRAGMA integrity_check")).containsExactly("ok");
            assertThat(SqliteFile.query(copy.file(), "SELECT DISTINCT version FROM t WHERE id IN (1, 3000)"))
                    .hasSize(1);
        } finally {
            enough.set(true);
        }
    }

    @Test
    void aReaderThatALockTurnedAwayIsLetInWhenTheLockIsGone() throws SQLException {
        Path file = SqliteFile.create(directory.resolve("t.db"), "CREATE TABLE t (x)");
        try (Connection other = SqliteFile.connect(file);
                Connection live = SqliteConnections.live(file, Duration.ofMillis(1))) {
            SqliteFile.run(other, "PRAGMA busy_timeout = 1", "BEGIN EXCLUSIVE");
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> PageCopy.pin(live)).hasMessageContaining("SQLITE_BUSY");
            }
            SqliteFile.run(other, "INSERT INTO t VALUES (1)", "COMMIT");

            try (ResultSet pin = PageCopy.pin(live)) {
                assertThat(pin.isClosed()).isFalse();
                assertThatThrownBy(() -> SqliteFile.run(other, "INSERT INTO t VALUES (2)"))
                        .hasRootCauseMessage("[SQLITE_BUSY] The database file is locked (database is locked)");
            }
        }
    }

    @Test
    void nothingIsLeftInTheTemporaryDirectoryNorBesideTheFileWhileItIsRead() throws IOException {
        Path file = SqliteFile.create(directory.resolve("t.db"), "CREATE TABLE t (x)", "INSERT INTO t VALUES (1)");
        List<Path> before = temporary();

        try (Snapshot snapshot = new SqliteEngine().source(file).open(SnapshotOptions.defaults())) {
            assertThat(temporary()).isEqualTo(before);
            assertThat(Copies.of(snapshot).fingerprints()).hasSize(1);
        }
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    private static List<Path> temporary() throws IOException {
        try (var files = Files.list(ProcessTempDirectory.folder())) {
            return files.filter(file -> file.getFileName().toString().startsWith("sqlite-"))
                    .sorted()
                    .toList();
        }
    }
}
