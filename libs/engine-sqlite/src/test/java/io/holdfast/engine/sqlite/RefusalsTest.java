package io.holdfast.engine.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {
    private static final SqliteEngine ENGINE = new SqliteEngine();
    private static final SnapshotOptions READING =
            SnapshotOptions.defaults().withReaders(1).withLockTimeout(Duration.ofMillis(100));
    private static final String ROWS = "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            + " WHERE i < 5000) SELECT i, 'value ' || i FROM n";

    @TempDir
    Path directory;

    @Test
    void whatIsNotThereIsNotMade() throws IOException {
        refused(directory.resolve("missing.db"), FailureCode.SOURCE_UNREACHABLE);

        assertThat(list()).isEmpty();
    }

    @Test
    void whatIsNoDatabaseOrAnEncryptedOneIsUnsupported() throws IOException {
        byte[] noise = new byte[8192];
        new Random(1).nextBytes(noise);

        refused(Files.write(directory.resolve("encrypted.db"), noise), FailureCode.SOURCE_UNSUPPORTED);
        refused(Files.writeString(directory.resolve("text.db"), "a,b,c\n"), FailureCode.SOURCE_UNSUPPORTED);
        refused(Files.createFile(directory.resolve("empty.db")), FailureCode.SOURCE_UNSUPPORTED);
        refused(directory, FailureCode.SOURCE_UNSUPPORTED);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 20})
    void aDamagedFileIsCorrupt(int page) throws IOException {
        Path file = table();
        try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.seek(4096L * page);
            damaged.write(new byte[2048]);
        }

        refused(file, FailureCode.SOURCE_CORRUPT);
    }

    @Test
    void aTruncatedFileIsCorrupt() throws IOException {
        Path file = table();
        try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.setLength(damaged.length() / 2);
        }

        refused(file, FailureCode.SOURCE_CORRUPT);
    }

    @Test
    void anIndexThatMissesRowsIsCorrupt() {
        Path file = table();
        SqliteFile.run(
                file,
                "CREATE INDEX i ON t (v)",
                "CREATE TABLE empty (x)",
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (v) WHERE id > 5000' WHERE name = 'i'");
        SqliteFile.run(file, "INSERT INTO t VALUES (4999 + 100, 'x')");
        SqliteFile.run(
                file,
                "DELETE FROM t WHERE id < 100",
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (v)' WHERE name = 'i'");

        refused(file, FailureCode.SOURCE_CORRUPT);
    }

    @Test
    void aLockedFileIsALockTimeout() throws SQLException {
        Path file = table();
        try (Connection other = SqliteFile.connect(file)) {
            SqliteFile.run(other, "BEGIN EXCLUSIVE");

            refused(file, FailureCode.SOURCE_LOCK_TIMEOUT);
        }
    }

    @Test
    void whatAKilledProgramLeftToRollBackIsLeftToItsProgram() throws Exception {
        Path file = table();
        Path killed = directory.resolve("killed.db");
        try (Connection other = SqliteFile.connect(file)) {
            SqliteFile.run(other, "PRAGMA cache_size = 1", "BEGIN IMMEDIATE", "UPDATE t SET v = 'x'");
            Files.copy(file, killed);
            Files.copy(Path.of(file + "-journal"), Path.of(killed + "-journal"));
        }
        byte[] before = Files.readAllBytes(killed);

        refused(killed, FailureCode.SOURCE_UNREACHABLE);
        assertThat(Files.readAllBytes(killed)).isEqualTo(before);
    }

    @Test
    void whatAKilledProgramHadCommittedToItsLogIsRead() throws Exception {
        Path file = directory.resolve("wal.db");
        Path killed = directory.resolve("killed.db");
        try (Connection other = SqliteFile.connect(file)) {
            SqliteFile.run(other, "PRAGMA journal_mode = WAL", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", ROWS);
            Files.copy(file, killed);
            Files.copy(Path.of(file + "-wal"), Path.of(killed + "-wal"));
        }

        try (Snapshot snapshot = ENGINE.source(killed).open(READING)) {
            assertThat(io.holdfast.testsupport.engine.Copies.of(snapshot)
                            .fingerprints()
                            .values())
                    .extracting(print -> print.rows())
                    .containsExactly(5000L);
        }
    }

    @Test
    void rowsThatNoNewTableWouldTakeAreNamed() {
        Path file = table();
        SqliteFile.run(
                file,
                "INSERT INTO t VALUES (0, NULL)",
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY, v NOT NULL)' WHERE name = 't'");

        assertThat(refused(file, FailureCode.SOURCE_UNSUPPORTED)).contains("NULL value in t.v");
    }

    @Test
    void whatNumbersHaveBeenGivenIsNotLeftOut() {
        Path source = SqliteFile.create(
                directory.resolve("t.db"),
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
                "INSERT INTO t VALUES (7)");
        Set<QualifiedName> numbers = Set.of(new QualifiedName("main", "sqlite_sequence"));

        for (BackupScope scope : List.of(
                new BackupScope(Set.of(), Set.of(), numbers, Set.of()),
                new BackupScope(Set.of(), Set.of(), Set.of(), numbers))) {
            assertThatThrownBy(() -> ENGINE.source(source)
                            .open(SnapshotOptions.defaults().withScope(scope)))
                    .satisfies(e -> failed(e, FailureCode.CONFIG_INVALID));
        }
    }

    @Test
    void rowsWhoseGeneratedColumnsCannotBeComputedAreNamed() {
        Path source = SqliteFile.create(
                directory.resolve("t.db"),
                "CREATE TABLE t (body)",
                "INSERT INTO t VALUES ('{\"a\": 1}'), ('no JSON')",
                "ALTER TABLE t ADD COLUMN a AS (json_extract(body, '$.a'))",
                "ALTER TABLE t ADD COLUMN twice AS (body || body)");

        assertThat(refused(source, FailureCode.SOURCE_UNSUPPORTED)).contains("table \"t\"", "malformed JSON");
    }

    @Test
    void namesOutsideTheDirectoryAndOfJournalsAreRefused() {
        try (TargetServer target = ENGINE.target(directory)) {
            for (String name : List.of("../x.db", "/tmp/x.db", "", ".hidden", "x.db-wal", "x.db-journal", "a\0b")) {
                assertThatThrownBy(() -> target.exists(name)).satisfies(e -> failed(e, FailureCode.REQUEST_INVALID));
            }
        }
    }

    @Test
    void anotherDatabasesLogIsNotTakenForTheNewOnes() throws IOException {
        Path file = table();
        DatabaseDescriptor shape;
        try (Snapshot snapshot = ENGINE.source(file).open(READING)) {
            shape = snapshot.shape();
        }
        Files.write(directory.resolve("copy.db-wal"), new byte[] {1});

        try (TargetServer target = ENGINE.target(directory)) {
            assertThatThrownBy(() -> target.create("copy.db", shape))
                    .satisfies(e -> failed(e, FailureCode.TARGET_EXISTS));
            target.create("other.db", shape);
            assertThatThrownBy(() -> target.rename("other.db", "copy.db"))
                    .satisfies(e -> failed(e, FailureCode.TARGET_EXISTS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-wal", "-journal"})
    void aFileWhoseLogHoldsPartOfItIsNotRenamed(String end) throws IOException {
        SqliteFile.create(directory.resolve("from.db"), "CREATE TABLE t (x)");
        Path log = Files.write(directory.resolve("from.db" + end), new byte[] {1});

        try (TargetServer target = ENGINE.target(directory)) {
            assertThatThrownBy(() -> target.rename("from.db", "to.db"))
                    .satisfies(e -> failed(e, FailureCode.TARGET_BUSY));
            assertThat(list()).containsExactlyInAnyOrder(directory.resolve("from.db"), log);
            Files.write(log, new byte[0]);
            target.rename("from.db", "to.db");
        }
        assertThat(directory.resolve("to.db")).exists();
    }

    private Path table() {
        return SqliteFile.create(directory.resolve("t.db"), "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", ROWS);
    }

    private List<Path> list() throws IOException {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static String refused(Path file, FailureCode code) {
        try (Snapshot snapshot = ENGINE.source(file).open(READING)) {
            throw new AssertionError("opened at " + snapshot.at());
        } catch (HoldfastException holdfastException) {
            failed(holdfastException, code);
            assertThat(holdfastException.getMessage()).contains(file.toString());
            return String.valueOf(holdfastException.getMessage());
        }
    }

    private static void failed(Throwable e, FailureCode code) {
        assertThat(e)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        holdfastException -> assertThat(holdfastException.code())
                                .as(holdfastException.getMessage())
                                .isEqualTo(code));
    }
}
