package io.holdfast.engine.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.sqlite.snapshot.OnlineFileCopy;
import io.holdfast.testsupport.engine.Copies;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups of a file whose application runs as another user than Holdfast. */
class LiveFileOwnershipTest {
    private static final int APPLICATION = 64_101;
    private static final int HOLDFAST = 64_102;

    @TempDir
    static Path shared;

    /** A copy: another user may have no right to read this user's repository of libraries. */
    private static String classPath = "";

    @TempDir
    Path directory;

    private Path folder;
    private Path file;

    /** The program of the other users. */
    public static final class Program {
        public static void main(String[] arguments) {
            Path file = Path.of(arguments[1]);
            switch (arguments[0]) {
                case "read" -> {
                    try (Snapshot snapshot = new SqliteEngine()
                            .source(file)
                            .open(SnapshotOptions.defaults().withReaders(1))) {
                        Copies.of(snapshot)
                                .fingerprints()
                                .values()
                                .forEach(print -> System.out.println(print.rows() + " rows"));
                    }
                }
                case "insert" -> SqliteFile.run(file, "INSERT INTO t VALUES (NULL, 0)");
                default -> churn(file);
            }
        }

        /** Opens, writes and closes the file, so that its log comes and goes. */
        private static void churn(Path file) {
            for (int i = 1; !Files.exists(Path.of(file + ".stop")); i++) {
                try (Connection connection = SqliteFile.connect(file)) {
                    SqliteFile.run(connection, "PRAGMA busy_timeout = 60000", "PRAGMA synchronous = OFF");
                    for (int j = 0; j < i % 4; j++) {
                        SqliteFile.run(connection, "UPDATE t SET v = v + 1 WHERE id IN (1, 3000)");
                    }
                    if (i % 3 == 0) {
                        SqliteFile.run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
                    }
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @BeforeAll
    static void copyClasses() throws IOException {
        List<String> copies = new ArrayList<>();
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : all.split(File.pathSeparator)) {
            Path root = Path.of(entry);
            if (!Files.exists(root)) {
                continue; // as javac and java do
            }
            Path copy = shared.resolve(copies.size() + ".jar");
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(root.relativize(file).toString()));
                }
            }
            copies.add(copy.toString());
        }
        classPath = String.join(File.pathSeparator, copies);
        try (Stream<Path> files = Files.walk(shared)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    @BeforeEach
    void create() throws IOException {
        folder = Files.createDirectory(directory.resolve("data #1?%20"));
        file = SqliteFile.create(
                folder.resolve("app.db"),
                "PRAGMA journal_mode = WAL",
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO t VALUES (1, 1), (2, 2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxrwx", "rwxr-xr-x"})
    void aFileThatNoProgramHasOpenIsReadAndNothingIsLeftBehind(String mode) throws Exception {
        own(mode);
        Map<String, String> before = files();

        assertThat(as(HOLDFAST, "read", file)).isEqualTo("2 rows\n");
        assertThat(files()).isEqualTo(before);
        assertThat(as(APPLICATION, "insert", file)).isEmpty();
        assertThat(SqliteFile.query(file, "SELECT count(*) FROM t")).containsExactly("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxrwx", "rwxr-xr-x"})
    void aFileThatAProgramHasOpenIsReadAndNothingIsLeftBehind(String mode) throws Exception {
        try (Connection application = SqliteFile.connect(file)) {
            SqliteFile.run(application, "INSERT INTO t VALUES (3, 3)");
            own(mode);
            Map<String, String> before = files();

            assertThat(as(HOLDFAST, "read", file)).isEqualTo("3 rows\n");
            assertThat(files()).isEqualTo(before).hasSize(3);
            assertThat(as(APPLICATION, "insert", file)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-shm"})
    void whatAKilledProgramCommittedToItsLogIsReadWithoutItsIndexBeingCreated(String kept) throws Exception {
        Path killed = folder.resolve("killed.db");
        try (Connection application = SqliteFile.connect(file)) {
            SqliteFile.run(application, "INSERT INTO t VALUES (3, 3)");
            for (String end : List.of("", "-wal", kept)) {
                if (!Files.exists(Path.of(killed + end))) {
                    Files.copy(Path.of(file + end), Path.of(killed + end));
                }
            }
        }
        own("rwxrwxrwx");
        Map<String, String> before = files();

        assertThat(as(HOLDFAST, "read", killed)).isEqualTo("3 rows\n");
        assertThat(files()).isEqualTo(before);
        assertThat(as(APPLICATION, "insert", killed)).isEmpty();
    }

    @Test
    void aFileWhoseLogComesAndGoesIsReadAsItWasAtOneInstant() throws Exception {
        SqliteFile.run(
                file,
                "DELETE FROM t",
                "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
                        + " SELECT i, 0 FROM n");
        Process churning = start(List.of(), "churn", file);
        try {
            for (int i = 0; i < 40; i++) {
                try (OnlineFileCopy copy = OnlineFileCopy.of(file, SnapshotOptions.defaults())) {
                    assertThat(SqliteFile.query(copy.file(), "PRAGMA integrity_check"))
                            .containsExactly("ok");
                    assertThat(SqliteFile.query(copy.file(), "SELECT DISTINCT v FROM t WHERE id IN (1, 3000)"))
                            .hasSize(1);
                }
            }
        } finally {
            Files.createFile(Path.of(file + ".stop"));
            assertThat(churning.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(churning.exitValue())
                .as(new String(churning.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isZero();
        assertThat(Long.parseLong(
                        SqliteFile.query(file, "SELECT v FROM t WHERE id = 1").getFirst()))
                .isPositive();
    }

    private void own(String mode) throws IOException {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "SKIPPED: only root can run programs of two other users; run this test as root");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                Files.setAttribute(path, "unix:uid", APPLICATION);
                Files.setAttribute(path, "unix:gid", APPLICATION);
            }
        }
    }

    /** Owner, mode and size of each file. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.toList()) {
                files.put(
                        String.valueOf(path.getFileName()),
                        Files.readAttributes(path, "unix:uid,gid,mode,size").toString());
            }
        }
        return files;
    }

    private String as(int user, String work, Path of) throws IOException, InterruptedException {
        Process process = start(becoming(user), work, of);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static List<String> becoming(int user) {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--");
    }

    private Process start(List<String> prefix, String work, Path of) throws IOException {
        Path temporary = Files.createTempDirectory(directory, "tmp");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dslf4j.internal.verbosity=ERROR",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath,
                Program.class.getName(),
                work,
                of.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
