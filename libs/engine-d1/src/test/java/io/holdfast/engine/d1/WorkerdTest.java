package io.holdfast.engine.d1;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.testsupport.engine.Copies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares values, restores and limits of workerd with those of the stand-in; only with the profile {@code workerd}. */
@EnabledIfSystemProperty(named = Workerd.FOLDER, matches = ".+")
class WorkerdTest {
    private static final String STAGING = "holdfast_restore_0197f0c46a2e7b1c9d550b6d4d2f1a77_1";
    private static Workerd workerd;

    @TempDir
    Path directory;

    private String database;

    @BeforeAll
    static void start() {
        workerd = Workerd.start();
    }

    @AfterAll
    static void stop() {
        workerd.close();
    }

    @BeforeEach
    void create() {
        database = workerd.create("shop-" + UUID.randomUUID());
    }

    private SourceDatabase source(D1Api api, String id) {
        String token = api.token();
        D1Settings settings = new D1Settings(
                api.endpoint(),
                D1Server.ACCOUNT,
                id,
                Consistency.STRICT,
                RestoreTarget.SQLITE,
                Optional.of(directory),
                D1Settings.WINDOW);
        return new D1Engine().source(settings, PasswordSupplier.from(() -> token));
    }

    private Path restored(D1Api api, String id, String name) {
        SourceDatabase source = source(api, id);
        try (Snapshot snapshot = source.open(SnapshotOptions.defaults());
                TargetServer target = source.target()) {
            Copies.restore(Copies.of(snapshot), target, name);
        }
        return directory.resolve(name);
    }

    @Test
    void everyValueIsReadAsFromTheStandIn() {
        List<String> everything = new ArrayList<>(List.of(D1ExactnessTest.EVERYTHING));
        everything.remove("INSERT INTO child VALUES (1, 99)"); // D1 has no such row
        everything.addAll(
                List.of(
                        "CREATE TABLE large (id INTEGER PRIMARY KEY, v)",
                        "INSERT INTO large VALUES (1, zeroblob(1999000)), (2, replace(hex(zeroblob(499000)), '0', 'ä')), (3,"
                                + " CAST(zeroblob(1500000) AS TEXT))",
                        "CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize = 'porter')",
                        "INSERT INTO notes (rowid, title, body) VALUES (5, 'first', 'running in circles'), (9, 'second', NULL)"));
        try (D1Api standIn = new D1Api.StandIn(D1Server.start(directory.resolve("d1")))) {
            String other = standIn.create("shop");
            standIn.sql(other, everything.toArray(String[]::new));
            workerd.sql(database, everything.toArray(String[]::new));

            Path real = restored(workerd, database, "real.db");
            Path pretended = restored(standIn, other, "pretended.db");

            assertThat(FileContent.definitions(real))
                    .filteredOn(definition -> !definition.contains("sqlite_stat"))
                    .containsExactlyElementsOf(FileContent.definitions(pretended).stream()
                            .filter(definition -> !definition.contains("sqlite_stat"))
                            .toList());
            assertThat(withoutStatistics(real)).isEqualTo(withoutStatistics(pretended));
        }
    }

    /** SQLite's builds gather different ones. */
    private static Map<String, List<String>> withoutStatistics(Path file) {
        Map<String, List<String>> rows = FileContent.rows(file);
        rows.keySet().removeIf(table -> table.startsWith("sqlite_stat"));
        return rows;
    }

    @Test
    void aDatabaseInUseIsOverwritten() {
        workerd.sql(
                database,
                Stream.concat(Stream.of("PRAGMA defer_foreign_keys = ON"), Stream.of(D1InPlaceTest.OBJECTS))
                        .toArray(String[]::new));
        SourceDatabase source = source(workerd, database);
        try (Snapshot snapshot = source.open(SnapshotOptions.defaults());
                TargetServer target = source.target()) {
            Copies.restore(Copies.of(snapshot), target, STAGING);
        }
        try (OverwritableDatabase live = source.overwritable().orElseThrow()) {
            var then = live.content();
            workerd.sql(
                    database,
                    "DROP TRIGGER no_delete",
                    "CREATE TABLE thread (id INTEGER PRIMARY KEY, after INT REFERENCES thread ON DELETE CASCADE)",
                    "INSERT INTO thread WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 1500)"
                            + " SELECT i, nullif(i - 1, 0) FROM i",
                    "UPDATE clients SET name = 'changed'",
                    "CREATE TABLE later (id INTEGER PRIMARY KEY, ticket INT REFERENCES tickets)",
                    "INSERT INTO later VALUES (1, 2)");

            live.overwrite(STAGING, () -> {});

            assertThat(live.content()).isEqualTo(then);
        }
    }

    static List<String> statements() {
        String many = IntStream.range(0, 110).mapToObj(i -> "1").collect(Collectors.joining(" + "));
        return List.of(
                "SELECT 1",
                "SELEC 1",
                "SELECT * FROM missing",
                "SELECT missing FROM t",
                "SELECT '" + "x".repeat(100_001) + "'",
                "SELECT " + IntStream.range(0, 101).mapToObj(i -> "1").collect(Collectors.joining(", ")),
                "SELECT " + many,
                "SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1",
                "SELECT printf('%.*c', 2000001, 'x')",
                "SELECT 'x' LIKE '" + "x".repeat(51) + "'",
                "SELECT sqlite_version()",
                "SELECT load_extension('x')",
                "SELECT * FROM _cf_KV",
                "SELECT * FROM _cf_METADATA",
                "CREATE TABLE _cf_mine (a)",
                "CREATE TABLE sqlite_mine (a)",
                "CREATE TEMP TABLE mine (a)",
                "BEGIN",
                "COMMIT",
                "SAVEPOINT x",
                "VACUUM",
                "ATTACH ':memory:' AS other",
                "PRAGMA writable_schema = ON",
                "PRAGMA user_version",
                "PRAGMA page_size",
                "PRAGMA integrity_check",
                "PRAGMA journal_mode = DELETE",
                "INSERT INTO c VALUES (1, 99)",
                "DROP TABLE p",
                "DELETE FROM chain",
                "INSERT INTO t VALUES (1), (2, 3)");
    }

    /** A stand-in that is more permissive than the engine hides faults. */
    @ParameterizedTest
    @MethodSource("statements")
    void whatWorkerdRefusesTheStandInRefusesToo(String statement) {
        String[] objects = {
            "CREATE TABLE t (a)",
            "CREATE TABLE p (id INTEGER PRIMARY KEY)",
            "CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p)",
            "INSERT INTO p VALUES (1)",
            "INSERT INTO c VALUES (7, 1)",
            "CREATE TABLE chain (id INTEGER PRIMARY KEY, p INT REFERENCES chain ON DELETE CASCADE)",
            "INSERT INTO chain WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 1500) SELECT i,"
                    + " nullif(i - 1, 0) FROM i"
        };
        try (D1Server standIn = D1Server.start(directory.resolve("d1"))) {
            String other = standIn.create("shop");
            standIn.sql(other, objects);
            workerd.sql(database, objects);

            Workerd.Answer real = workerd.run(database, statement);
            Workerd.Answer pretended =
                    Workerd.run(standIn.endpoint(), standIn.token(D1Server.Right.WRITE), other, statement);

            assertThat(pretended.success() && !real.success()).as(real.text()).isFalse();
        }
    }
}
