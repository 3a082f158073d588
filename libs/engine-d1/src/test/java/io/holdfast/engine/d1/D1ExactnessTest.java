package io.holdfast.engine.d1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.testsupport.engine.Copies;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every value comes back with its storage class and its bytes, through JSON and JavaScript's numbers. */
class D1ExactnessTest {
    static final String[] EVERYTHING = {
        "CREATE TABLE any_kind (a, b TEXT, c INTEGER, d REAL, e NUMERIC, f BLOB)",
        "INSERT INTO any_kind VALUES (1, 'x', 2, 3.5, 4, x'00ff'), (null, null, null, null, null, null)",
        "INSERT INTO any_kind VALUES (9e999, 1, 'no number', 1, -9e999, 'text in blob'), (-9e999, x'01', x'02', x'03',"
                + " x'04', 5)",
        "INSERT INTO any_kind VALUES (-0.0, '', 1.5, -0.0, 0.1, x''), (5e-324, 'a' || char(0) || 'b',"
                + " -9223372036854775808, 1.7976931348623157e308, 9223372036854775807, zeroblob(300))",
        "INSERT INTO any_kind VALUES (9007199254740993, 'beyond 2^53', -9007199254740993, 1e21, 123456789012345678,"
                + " x'e4')",
        "INSERT INTO any_kind VALUES (1.0, 'a real that looks like an integer', 0, 0.0, 2e0, 0.1 + 0.2)",
        "INSERT INTO any_kind (rowid, a, b) VALUES (-5, 0.1 + 0.2, 'tab' || char(9) || 'line' || char(10) ||"
                + " 'back\\slash \"q\"'), (9223372036854775806, CAST(x'fffe41' AS TEXT), CAST(x'c328' AS TEXT)), (77,"
                + " char(65533), '𝄞 ünïcode')",
        "INSERT INTO any_kind (rowid, b) VALUES (78, CAST(x'eda080' AS TEXT)), (79, CAST(x'f09d84' AS TEXT))",
        "DELETE FROM any_kind WHERE rowid = 2",
        "CREATE TABLE keyed (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE)",
        "INSERT INTO keyed VALUES (7, 'seven'), (-1, 'minus one'), (9000000000, 'large')",
        "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v)",
        "INSERT INTO counted (v) VALUES (1), (2), (3)",
        "DELETE FROM counted WHERE id = 3",
        "CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, v)",
        "INSERT INTO descending (rowid, id, v) VALUES (10, 1, 'a'), (20, 2, 'b')",
        "CREATE TABLE pairs (a TEXT, b INT, v, PRIMARY KEY (b DESC, a)) WITHOUT ROWID",
        "INSERT INTO pairs VALUES ('x', 2, 1), ('y', 1, 2.5), (CAST(x'ff00' AS TEXT), 1, x'00')",
        "CREATE TABLE by_real (r REAL, b BLOB, PRIMARY KEY (r, b)) WITHOUT ROWID",
        "INSERT INTO by_real VALUES (0.1 + 0.2, x'00'), (0.3, x''), (1e300, x'ff')",
        "CREATE TABLE strictly (id INT PRIMARY KEY, r REAL, t TEXT, b BLOB, x ANY) STRICT",
        "INSERT INTO strictly VALUES (1, 2, '3', x'04', '5'), (2, 2.5, '', x'', 5)",
        "CREATE TABLE computed (a INT, twice INT AS (a * 2), thrice INT AS (a * 3) STORED, b)",
        "INSERT INTO computed (a, b) VALUES (1, 'one'), (2, 'two')",
        "CREATE TABLE shadowed (rowid TEXT, oid TEXT)",
        "INSERT INTO shadowed VALUES ('r', 'o'), ('r', 'o')",
        "CREATE TABLE no_name_for_it (rowid, _rowid_, oid)",
        "INSERT INTO no_name_for_it VALUES (1, 2, 3), (1, 2, 3), (4, CAST(x'ff' AS TEXT), 6)",
        "CREATE TABLE \"we\"\"ird. näme — 'select'\" (\"a b\" , \"order\", \"ü.\"\"x\")",
        "INSERT INTO \"we\"\"ird. näme — 'select'\" VALUES ('1', 2, 3)",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO child VALUES (1, 99)",
        "CREATE TABLE grown (a)",
        "INSERT INTO grown VALUES (1)",
        "ALTER TABLE grown ADD COLUMN later TEXT DEFAULT 'not stored'",
        "CREATE INDEX partial ON any_kind (a) WHERE b IS NOT NULL",
        "CREATE UNIQUE INDEX expressed ON keyed (lower(name) DESC)",
        "CREATE VIEW later_view AS SELECT * FROM named",
        "CREATE VIEW named AS SELECT id, name FROM keyed",
        "CREATE TABLE log (what)",
        "CREATE TRIGGER noted AFTER INSERT ON keyed BEGIN INSERT INTO log VALUES (new.name || ';'); END",
        "CREATE TRIGGER instead INSTEAD OF INSERT ON named BEGIN INSERT INTO keyed VALUES (new.id, new.name); END",
        "ANALYZE"
    };

    @TempDir
    Path directory;

    private D1Fixture d1;

    @BeforeEach
    void start() {
        d1 = new D1Fixture(directory);
    }

    @AfterEach
    void stop() {
        d1.close();
    }

    private Path restored() {
        return restored(SnapshotOptions.defaults());
    }

    private Path restored(SnapshotOptions options) {
        try (Snapshot snapshot = d1.source().open(options);
                TargetServer target = d1.source().target()) {
            Copies.restore(Copies.of(snapshot), target, "restored.db");
        }
        return directory.resolve("restored.db");
    }

    @Test
    void everythingComesBack() {
        d1.sql(EVERYTHING);

        Path restored = restored();

        assertThat(FileContent.definitions(restored)).isEqualTo(FileContent.definitions(d1.server.file(d1.database)));
        assertThat(FileContent.rows(restored)).isEqualTo(FileContent.rows(d1.server.file(d1.database)));
        assertThat(FileContent.rows(restored)).containsKeys("sqlite_sequence", "sqlite_stat1", "no_name_for_it");
    }

    @Test
    void rowsInManyPagesComeBackToo() {
        d1.sql(EVERYTHING);
        d1.sql(
                "CREATE TABLE many (k TEXT, n INT, v, PRIMARY KEY (k, n)) WITHOUT ROWID",
                "INSERT INTO many WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 9000)"
                        + " SELECT 'k' || (i % 7), i, CASE i % 3 WHEN 0 THEN i WHEN 1 THEN i / 7.0 ELSE randomblob(40) END"
                        + " FROM i",
                "CREATE TABLE loose (rowid, _rowid_, oid, v)",
                "INSERT INTO loose WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 5000)"
                        + " SELECT i, i, i, 'row ' || i FROM i");
        d1.server.limitAnswers(150_000);

        Path restored = restored();

        assertThat(FileContent.rows(restored)).isEqualTo(FileContent.rows(d1.server.file(d1.database)));
    }

    @Test
    void valuesAsLargeAsD1TakesThemComeBack() {
        d1.sql(
                "CREATE TABLE large (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO large VALUES (1, randomblob(1999000)), (2, replace(hex(zeroblob(499000)), '0', 'ä')),"
                        + " (3, hex(randomblob(999400))), (4, CAST(randomblob(1500000) AS TEXT)), (5, 'small'),"
                        + " (6, randomblob(900001))");

        Path restored = restored();

        assertThat(FileContent.rows(restored)).isEqualTo(FileContent.rows(d1.server.file(d1.database)));
    }

    @Test
    void aTableOfAHundredColumnsComesBack() {
        String columns =
                IntStream.range(0, 100).mapToObj(i -> "\"column " + i + "\"").collect(Collectors.joining(", "));
        String values = IntStream.range(0, 100)
                .mapToObj(i -> i % 2 == 0 ? i + ".5" : "'text " + i + "'")
                .collect(Collectors.joining(", "));
        d1.sql("CREATE TABLE wide (" + columns + ")", "INSERT INTO wide VALUES (" + values + ")");

        Path restored = restored();

        assertThat(FileContent.rows(restored)).isEqualTo(FileContent.rows(d1.server.file(d1.database)));
    }

    @Test
    void aSearchIndexIsBuiltAgainAndFindsTheSame() {
        d1.sql(
                "CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize = 'porter')",
                "INSERT INTO notes (rowid, title, body) VALUES (5, 'first', 'running in circles'), (9, 'second', 'a"
                        + " line')",
                "CREATE TABLE posts (id INTEGER PRIMARY KEY, body TEXT)",
                "INSERT INTO posts VALUES (1, 'external words'), (2, 'others')",
                "CREATE VIRTUAL TABLE found USING fts5(body, content='posts', content_rowid='id')",
                "INSERT INTO found (found) VALUES ('rebuild')",
                "CREATE VIRTUAL TABLE terms USING fts5vocab('notes', 'row')");

        Path restored = restored();

        assertThat(FileContent.query(restored, "SELECT rowid FROM notes WHERE notes MATCH 'run'"))
                .containsExactly("5");
        assertThat(FileContent.query(restored, "SELECT rowid FROM found WHERE found MATCH 'external'"))
                .containsExactly("1");
        assertThat(FileContent.query(restored, "SELECT count(*) FROM terms")).containsExactly("7");
        assertThat(FileContent.query(restored, "SELECT rowid || title || body FROM notes ORDER BY rowid"))
                .containsExactly("5firstrunning in circles", "9seconda line");
    }

    @Test
    void aSearchIndexWithoutRowsIsRefusedUntilItIsExcluded() {
        d1.sql("CREATE TABLE t (a)", "CREATE VIRTUAL TABLE bare USING fts5(body, content='')");

        assertThatThrownBy(() -> d1.source().open(SnapshotOptions.defaults()).close())
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.SOURCE_UNSUPPORTED))
                .hasMessageContaining("\"bare\"")
                .hasMessageContaining("scope.exclude.tables");
        BackupScope without = new BackupScope(Set.of(), Set.of(), Set.of(new QualifiedName("main", "bare")), Set.of());
        Path restored = restored(SnapshotOptions.defaults().withScope(without));
        assertThat(FileContent.rows(restored)).containsOnlyKeys("t");
    }
}
