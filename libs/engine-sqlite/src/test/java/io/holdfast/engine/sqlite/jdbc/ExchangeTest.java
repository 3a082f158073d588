package io.holdfast.engine.sqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.sqlite.load.SqliteTargetDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeTest {
    @TempDir
    Path directory;

    private TargetServer target() {
        return new SqliteTargetDirectory(directory);
    }

    private Path file(String name, String content) throws IOException, SQLException {
        Path file = Files.createFile(directory.resolve(name));
        Connection connection = SqliteConnections.own(file);
        SqliteConnections.run(connection, "CREATE TABLE mark AS SELECT '" + content + "' AS it");
        SqliteConnections.close(connection);
        return file;
    }

    private String mark(String name) throws SQLException {
        Connection connection = SqliteConnections.own(directory.resolve(name));
        try {
            return SqliteConnections.one(connection, "SELECT it FROM mark");
        } finally {
            SqliteConnections.close(connection);
        }
    }

    private DatabaseSwap exchange() {
        return new DatabaseSwap(
                "live.db",
                target().oid("live.db").orElseThrow(),
                "aside.db",
                target().oid("copy.db").orElseThrow(),
                "copy.db");
    }

    @Test
    void theCopyTakesTheNameAndTheRightsAndWhatWasInTheLogIsInTheFilePutAside() throws IOException, SQLException {
        Path live = file("live.db", "old");
        Connection application = SqliteConnections.own(live);
        SqliteConnections.one(application, "PRAGMA journal_mode = WAL");
        SqliteConnections.run(application, "UPDATE mark SET it = 'live'");
        // what a killed program leaves
        Files.copy(live, directory.resolve("kept.db"));
        Files.copy(Path.of(live + "-wal"), directory.resolve("kept.db-wal"));
        SqliteConnections.close(application);
        Files.delete(live);
        Files.move(directory.resolve("kept.db"), live);
        Files.move(directory.resolve("kept.db-wal"), Path.of(live + "-wal"));
        Files.setPosixFilePermissions(live, PosixFilePermissions.fromString("rw-rw-r--"));
        file("copy.db", "copy");

        target().exchange(exchange());

        assertThat(mark("live.db")).isEqualTo("copy");
        assertThat(mark("aside.db")).isEqualTo("live");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(live)))
                .isEqualTo("rw-rw-r--");
        assertThat(Files.exists(Path.of(live + "-wal"))).isFalse();
    }

    @Test
    void whatIsDoneTwiceIsDoneOnceAndCanBeUndone() throws IOException, SQLException {
        file("live.db", "live");
        file("copy.db", "copy");
        DatabaseSwap databaseSwap = exchange();
        target().exchange(databaseSwap);
        target().exchange(databaseSwap);

        assertThat(target().withdraw(databaseSwap, "undone.db")).isTrue();
        assertThat(target().withdraw(databaseSwap, "undone.db")).isFalse();

        assertThat(mark("live.db")).isEqualTo("live");
        assertThat(mark("undone.db")).isEqualTo("copy");
        assertThat(Files.exists(directory.resolve("aside.db"))).isFalse();
    }

    @Test
    void aProgramThatHasTheFileOpenIsNamedAndNothingIsExchanged() throws IOException, SQLException {
        Path live = file("live.db", "live");
        file("copy.db", "copy");
        Process other =
                new ProcessBuilder("sh", "-c", "exec 3<\"$0\"; echo open; read forever", live.toString()).start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("open");

            assertThatThrownBy(() -> target().exchange(exchange()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.TARGET_BUSY))
                    .hasMessageContaining(String.valueOf(other.pid()));
        } finally {
            other.destroyForcibly().onExit().join();
        }

        assertThat(mark("live.db")).isEqualTo("live");
        assertThat(mark("copy.db")).isEqualTo("copy");
    }

    @Test
    void aLiveFileThatIsNoDatabaseAnyMoreIsPutAsideToo() throws IOException, SQLException {
        Files.writeString(directory.resolve("live.db"), "garbage".repeat(1000));
        Files.writeString(directory.resolve("live.db-wal"), "garbage");
        file("copy.db", "copy");

        target().exchange(exchange());

        assertThat(mark("live.db")).isEqualTo("copy");
        assertThat(directory.resolve("aside.db")).hasContent("garbage".repeat(1000));
    }

    @Test
    void aCrashBetweenTheSecondNameAndTheRenameIsGoneOnFrom() throws IOException, SQLException {
        Path live = file("live.db", "live");
        file("copy.db", "copy");
        DatabaseSwap databaseSwap = exchange();
        Files.createLink(directory.resolve("aside.db"), live);

        target().exchange(databaseSwap);

        assertThat(mark("live.db")).isEqualTo("copy");
        assertThat(mark("aside.db")).isEqualTo("live");
    }
}
