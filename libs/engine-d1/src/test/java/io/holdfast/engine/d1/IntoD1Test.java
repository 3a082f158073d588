package io.holdfast.engine.d1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetServer;
import io.holdfast.testsupport.engine.Copies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup of D1 becomes a new D1 database, or none. */
class IntoD1Test {
    private static final String STAGING = "holdfast_restore_0197f0c46a2e7b1c9d550b6d4d2f1a77";

    @TempDir
    Path directory;

    private D1Fixture d1;

    @BeforeEach
    void start() {
        d1 = new D1Fixture(directory);
        d1.token(d1.server.token(D1Server.Right.WRITE));
    }

    @AfterEach
    void stop() {
        d1.close();
    }

    private TargetServer target() {
        return d1.source(d1.database, Consistency.STRICT, RestoreTarget.D1).target();
    }

    private void stage() {
        try (Snapshot snapshot = d1.source().open(SnapshotOptions.defaults());
                TargetServer target = target()) {
            target.drop(STAGING);
            Copies.restore(Copies.of(snapshot), target, STAGING);
        }
    }

    private Path restored() {
        stage();
        try (TargetServer target = target()) {
            target.rename(STAGING, "back");
            assertThat(target.exists(STAGING)).isFalse();
        }
        assertThat(d1.server.databases("back")).hasSize(1);
        return d1.server.file(d1.server.databases("back").getFirst());
    }

    private HoldfastException failure() {
        stage();
        try (TargetServer target = target()) {
            return catchThrowableOfType(HoldfastException.class, () -> target.rename(STAGING, "back"));
        }
    }

    private void equalToTheSource(Path restored) {
        Path source = d1.server.file(d1.database);
        assertThat(FileContent.definitions(restored)).isEqualTo(FileContent.definitions(source));
        assertThat(comparable(restored)).isEqualTo(comparable(source));
    }

    /** Without what SQLite derives. */
    private static Map<String, List<String>> comparable(Path file) {
        Map<String, List<String>> rows = new TreeMap<>(FileContent.rows(file));
        rows.keySet()
                .removeIf(table -> table.startsWith("sqlite_stat")
                        || table.endsWith("_data")
                        || table.endsWith("_idx")
                        || table.endsWith("_docsize")
                        || table.endsWith("_config"));
        return rows;
    }

    @Test
    void everyKindOfValueAndObjectComesBack() {
        List<String> everything = new ArrayList<>(List.of(D1ExactnessTest.EVERYTHING));
        everything.remove("INSERT INTO child VALUES (1, 99)"); // D1 itself has no such row
        d1.sql(everything.toArray(String[]::new));
        d1.sql(
                "CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize = 'porter')",
                "INSERT INTO notes (rowid, title, body) VALUES (5, 'first', 'running in circles'), (9, 'second', NULL)",
                "CREATE VIRTUAL TABLE found USING fts5(name, content='keyed', content_rowid='id')",
                "INSERT INTO found (found) VALUES ('rebuild')");

        Path restored = restored();

        equalToTheSource(restored);
        assertThat(FileContent.query(restored, "SELECT rowid FROM notes WHERE notes MATCH 'run'"))
                .containsExactly("5");
        assertThat(FileContent.query(restored, "SELECT rowid FROM found WHERE found MATCH 'seven'"))
                .containsExactly("7");
    }

    @Test
    void rowsThatReferToEachOtherAndToThemselvesComeBack() {
        d1.sql(
                "CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INT NOT NULL REFERENCES tree, v NUMERIC)",
                "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b)",
                "CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES A)",
                "CREATE TABLE leaf (id INTEGER PRIMARY KEY, tree INT REFERENCES tree)",
                "INSERT INTO tree VALUES (1, 2, '007'), (2, 3, x'00'), (3, 3, 1.5)",
                "INSERT INTO a VALUES (1, 1), (2, NULL)",
                "INSERT INTO b VALUES (1, 2)",
                "INSERT INTO leaf VALUES (1, 3)");

        equalToTheSource(restored());
    }

    @Test
    void valuesAndRowsThatNoStatementHoldsComeBack() {
        String columns = IntStream.range(0, 60).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        d1.sql(
                "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, n NUMERIC, b BLOB)",
                "INSERT INTO large VALUES (1, hex(randomblob(700000)), NULL, NULL), (2, NULL, hex(zeroblob(60000)),"
                        + " NULL), (3, NULL, NULL, randomblob(1500000)), (4, replace(hex(zeroblob(200000)), '0', 'ä'),"
                        + " 5e-324, x''), (5, CAST(randomblob(120000) AS TEXT), -0.0, zeroblob(46000))",
                "CREATE TABLE wide (" + columns + ")",
                "INSERT INTO wide SELECT "
                        + IntStream.range(0, 60)
                                .mapToObj(i -> i % 2 == 0 ? "hex(randomblob(1500))" : "randomblob(2000)")
                                .collect(Collectors.joining(", ")),
                "CREATE TABLE many (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO many WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 20000)"
                        + " SELECT i, 'row ' || i FROM i");

        equalToTheSource(restored());
    }

    @Test
    void anAnswerThatIsLostWritesNothingTwice() {
        d1.sql("CREATE TABLE t (v)", "INSERT INTO t VALUES (1), (1), (2)");
        stage();
        AtomicBoolean once = new AtomicBoolean();
        d1.server.before(request -> {
            if (request.equals("POST /client/v4/accounts/" + D1Server.ACCOUNT + "/d1/database")) {
                d1.server.loseAnswers(1);
            } else if (request.endsWith("/raw")
                    && !created().isEmpty()
                    && tables() > 1
                    && once.compareAndSet(false, true)) {
                d1.server.loseAnswers(1);
            }
        });

        try (TargetServer target = target()) {
            target.rename(STAGING, "back");
        }

        assertThat(once).isTrue();
        equalToTheSource(d1.server.file(created().getFirst()));
    }

    private List<String> created() {
        return d1.server.databases("back");
    }

    private int tables() {
        return FileContent.query(d1.server.file(created().getFirst()), "SELECT name FROM sqlite_schema")
                .size();
    }

    /** Between the look for the name and the creation. */
    @Test
    void aDatabaseThatAnotherProgramCreatesMeanwhileIsNotTouched() {
        d1.sql("CREATE TABLE t (v)");
        stage();
        d1.server.before(request -> {
            if (request.equals("POST /client/v4/accounts/" + D1Server.ACCOUNT + "/d1/database")) {
                d1.server.before(next -> {});
                d1.server.sql(d1.server.create("back"), "CREATE TABLE theirs (v)");
            }
        });

        HoldfastException failure;
        try (TargetServer target = target()) {
            failure = catchThrowableOfType(HoldfastException.class, () -> target.rename(STAGING, "back"));
        }

        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_EXISTS);
        assertThat(FileContent.query(d1.server.file(created().getFirst()), "SELECT name FROM sqlite_schema"))
                .contains("theirs")
                .doesNotContain("t", "holdfast_restore_incomplete");
    }

    @Test
    void whatD1DoesNotTakeLeavesNoDatabase() {
        d1.sql(
                "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
                "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT REFERENCES parent)",
                "INSERT INTO child VALUES (1, 99)");

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_UNSUITABLE);
        assertThat(failure).hasMessageContaining("FOREIGN KEY").hasMessageContaining("SQLite file");
        assertThat(created()).isEmpty();
    }

    @Test
    void aDatabaseThatDiffersIsDeleted() {
        d1.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 'one')");
        d1.server.before(request -> {
            if (request.startsWith("GET")
                    && request.endsWith("/bookmark")
                    && !created().isEmpty()) {
                d1.server.sql(created().getFirst(), "UPDATE t SET v = 'somebody else'");
            }
        });

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.ROWS_DIFFER);
        assertThat(created()).isEmpty();
    }

    @Test
    void aTokenThatOnlyReadsIsToldWhichRightIsMissing() {
        d1.sql("CREATE TABLE t (v)");
        d1.token(d1.server.token(D1Server.Right.READ));

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_PERMISSION_DENIED);
        assertThat(failure).hasMessageContaining("D1 Edit");
    }

    @Test
    void aNameThatIsTakenIsNotTouchedButWhatAKilledAttemptLeftIsReplaced() {
        d1.sql("CREATE TABLE t (v)", "INSERT INTO t VALUES (1)");
        String taken = d1.server.create("back");
        d1.server.sql(taken, "CREATE TABLE somebodys (v)");

        assertThat(failure().code()).isEqualTo(FailureCode.TARGET_EXISTS);
        assertThat(created()).containsExactly(taken);
        d1.server.sql(
                taken,
                "CREATE TABLE holdfast_restore_incomplete (restore TEXT, batch INTEGER)",
                "INSERT INTO holdfast_restore_incomplete VALUES ('" + STAGING + "', 3)");

        equalToTheSource(restored());
        assertThat(created()).doesNotContain(taken);
    }
}
