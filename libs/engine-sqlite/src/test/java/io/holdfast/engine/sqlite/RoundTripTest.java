package io.holdfast.engine.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.testsupport.engine.Copies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {
    private static final SqliteEngine ENGINE = new SqliteEngine();
    private static final String[] EVERYTHING = {
        "PRAGMA user_version = 4711",
        "PRAGMA application_id = -252006674",
        "CREATE TABLE any_kind (a, b TEXT, c INTEGER, d REAL, e NUMERIC, f BLOB)",
        "INSERT INTO any_kind VALUES (1, 'x', 2, 3.5, 4, x'00ff'), (null, null, null, null, null, null)",
        "INSERT INTO any_kind VALUES (9e999, 1, 'no number', 1, -9e999, 'text in blob'), (-9e999, x'01', x'02', x'03', x'04', 5)",
        "INSERT INTO any_kind VALUES (-0.0, '', 1.5, -0.0, 0.1, x''), (5e-324, 'a' || char(0) || 'b', -9223372036854775808,"
                + " 1.7976931348623157e308, 9223372036854775807, zeroblob(300))",
        "INSERT INTO any_kind (rowid, a, b) VALUES (-5, 0.1 + 0.2, 'tab' || char(9) || 'line' || char(10) || 'back\\slash\\n'),"
                + " (9223372036854775806, CAST(x'fffe41' AS TEXT), CAST(x'c328' AS TEXT))",
        "DELETE FROM any_kind WHERE rowid = 2",
        "CREATE TABLE keyed (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE)",
        "INSERT INTO keyed VALUES (7, 'seven'), (-1, 'minus one'), (9000000000, 'large')",
        "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v)",
        "INSERT INTO counted (v) VALUES (1), (2), (3)",
        "DELETE FROM counted WHERE id = 3",
        "CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, v)",
        "INSERT INTO descending (rowid, id, v) VALUES (10, 1, 'a'), (20, 2, 'b')",
        "CREATE TABLE pairs (a TEXT, b INT, v, PRIMARY KEY (b, a)) WITHOUT ROWID",
        "INSERT INTO pairs VALUES ('x', 2, 1), ('y', 1, 2.5), ('z', 1, x'00')",
        "CREATE TABLE strictly (id INT PRIMARY KEY, r REAL, t TEXT, b BLOB, x ANY) STRICT",
        "INSERT INTO strictly VALUES (1, 2, '3', x'04', '5'), (2, 2.5, '', x'', 5)",
        "CREATE TABLE computed (a INT, twice INT AS (a * 2), thrice INT AS (a * 3) STORED, b)",
        "INSERT INTO computed (a, b) VALUES (1, 'one'), (2, 'two')",
        "CREATE TABLE checked (a CHECK (a > 0))",
        "PRAGMA ignore_check_constraints = ON",
        "INSERT INTO checked VALUES (-1)",
        "CREATE TABLE shadowed (rowid TEXT, oid TEXT)",
        "INSERT INTO shadowed VALUES ('r', 'o')",
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
        "CREATE VIEW named AS SELECT id, name FROM keyed",
        "CREATE VIEW broken AS SELECT * FROM gone",
        "CREATE TABLE log (what)",
        "CREATE TRIGGER noted AFTER INSERT ON keyed BEGIN INSERT INTO log VALUES (new.name || ';'); END",
        "CREATE TRIGGER instead INSTEAD OF INSERT ON named BEGIN INSERT INTO keyed VALUES (new.id, new.name); END",
        "CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize = 'porter')",
        "INSERT INTO notes VALUES ('first', 'running in circles'), ('second', 'a line' || char(10) || 'and another')",
        "CREATE VIRTUAL TABLE places USING rtree(id, x0, x1, +label)",
        "INSERT INTO places VALUES (1, 0, 10, 'here'), (2, 5.5, 7.25, 'there')",
        "CREATE VIRTUAL TABLE old USING fts4(words)",
        "INSERT INTO old VALUES ('some words')",
        "ANALYZE"
    };

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"UTF-8, 4096, wal, 0", "UTF-16le, 1024, delete, 1", "UTF-16be, 65536, wal, 2"})
    void everythingComesBackEqual(String encoding, int pageSize, String journalMode, int autoVacuum) {
        Path source = SqliteFile.create(
                directory.resolve("odd %20 näme#.db"),
                "PRAGMA encoding = '" + encoding + "'",
                "PRAGMA page_size = " + pageSize,
                "PRAGMA auto_vacuum = " + autoVacuum,
                "PRAGMA journal_mode = " + journalMode);
        SqliteFile.run(source, EVERYTHING);
        var before = SqliteFile.content(source);

        Path copy = restored(source);

        assertThat(SqliteFile.content(copy)).isEqualTo(before);
        assertThat(before).hasSizeGreaterThan(25).containsKey("sqlite_stat1").containsKey("notes_data");
        assertThat(SqliteFile.definitions(copy)).isEqualTo(SqliteFile.definitions(source));
        assertThat(SqliteFile.query(copy, "PRAGMA integrity_check"))
                .isEqualTo(SqliteFile.query(source, "PRAGMA integrity_check"))
                .containsExactly("CHECK constraint failed in checked");
    }

    @Test
    void whatIsVirtualWorksAgain() {
        Path copy = restored(SqliteFile.create(directory.resolve("source.db"), EVERYTHING));

        assertThat(SqliteFile.query(copy, "SELECT title FROM notes WHERE notes MATCH 'run'"))
                .containsExactly("first");
        assertThat(SqliteFile.query(copy, "SELECT label FROM places WHERE x0 >= 5"))
                .containsExactly("there");
        assertThat(SqliteFile.query(copy, "SELECT words FROM old WHERE old MATCH 'words'"))
                .containsExactly("some words");
        SqliteFile.run(
                copy, "INSERT INTO notes(notes) VALUES ('integrity-check')", "INSERT INTO named VALUES (8, 'eight')");
        assertThat(SqliteFile.query(copy, "SELECT what FROM log")).containsExactly("eight;");
        SqliteFile.run(copy, "INSERT INTO counted (v) VALUES (4)");
        assertThat(SqliteFile.query(copy, "SELECT max(id) FROM counted")).containsExactly("4");
    }

    @Test
    void anExcludedVirtualTableTakesWhatIsBehindItAlongAndNothingElse() {
        Path source = SqliteFile.create(
                directory.resolve("source.db"),
                "CREATE VIRTUAL TABLE docs USING fts5(body)",
                "INSERT INTO docs VALUES ('words')",
                "CREATE VIRTUAL TABLE docs_kept USING fts5(body)",
                "INSERT INTO docs_kept VALUES ('more words')",
                "CREATE TABLE docs_owners (name)",
                "INSERT INTO docs_owners VALUES ('somebody')");

        Path copy = restored(source, without("docs"));

        assertThat(SqliteFile.query(copy, "SELECT name FROM docs_owners")).containsExactly("somebody");
        assertThat(SqliteFile.query(copy, "SELECT body FROM docs_kept WHERE docs_kept MATCH 'more'"))
                .containsExactly("more words");
        assertThat(SqliteFile.query(copy, "SELECT name FROM sqlite_schema WHERE name IN ('docs', 'docs_data')"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Parent", "child", "orphan"})
    void aTableThatIsLeftOutMakesNoForeignKeyAReasonNotToRestore(String left) {
        Path source = SqliteFile.create(
                directory.resolve("source.db"),
                "CREATE TABLE Parent (id INTEGER PRIMARY KEY)",
                "CREATE TABLE child (parent REFERENCES PARENT)",
                "CREATE TABLE orphan (parent REFERENCES parent)",
                "INSERT INTO Parent VALUES (1)",
                "INSERT INTO child VALUES (1), (1)",
                "INSERT INTO orphan VALUES (98), (99)");

        assertThat(SqliteFile.content(restored(source, without(left))))
                .doesNotContainKey(left)
                .hasSize(2);
        assertThat(SqliteFile.content(restored(
                        source,
                        new BackupScope(Set.of(), Set.of(), Set.of(), Set.of(new QualifiedName("main", left))),
                        "emptied.db")))
                .containsEntry(left, List.of())
                .hasSize(3);
    }

    @Test
    void onlyTheTablesThatAreIncludedComeAlongWithWhatIsBehindThem() {
        Path source = SqliteFile.create(
                directory.resolve("source.db"),
                "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT)",
                "INSERT INTO counted DEFAULT VALUES",
                "CREATE TABLE plain (v TEXT, other REFERENCES counted)",
                "CREATE INDEX plain_v ON plain (v)",
                "INSERT INTO plain VALUES ('kept', 7)",
                "CREATE VIRTUAL TABLE docs USING fts5(body)",
                "INSERT INTO docs VALUES ('words')",
                "CREATE VIEW seen AS SELECT v FROM plain");

        Path copy = restored(source, including("plain", "docs"));

        assertThat(SqliteFile.query(copy, "SELECT v FROM seen")).containsExactly("kept");
        assertThat(SqliteFile.query(copy, "SELECT body FROM docs WHERE docs MATCH 'words'"))
                .containsExactly("words");
        assertThat(SqliteFile.query(copy, "SELECT name FROM sqlite_schema WHERE name IN ('counted', 'plain_v')"))
                .containsExactly("plain_v");
        assertThat(SqliteFile.content(restored(source, including("counted"), "counted.db")))
                .containsOnlyKeys("counted", "sqlite_sequence");
    }

    @Test
    void aTriggerThatSpellsItsTableOtherwiseIsLeftOutWithIt() {
        Path source = SqliteFile.create(
                directory.resolve("source.db"),
                "CREATE TABLE notes (x)",
                "CREATE TRIGGER noted AFTER INSERT ON NOTES BEGIN SELECT 1; END",
                "CREATE TABLE \"Ä\" (x)",
                "CREATE TABLE \"ä\" (x)",
                "CREATE TABLE kept (x)");

        assertThat(SqliteFile.query(restored(source, including("kept")), "SELECT name FROM sqlite_schema"))
                .containsExactly("kept");
        assertThat(SqliteFile.query(restored(source, without("Ä"), "ä.db"), "SELECT name FROM sqlite_schema"))
                .containsExactly("notes", "ä", "kept", "noted");
    }

    @Test
    void aVirtualTableWithoutItsRowsIsOneThatWasJustMade() {
        Path source = SqliteFile.create(
                directory.resolve("source.db"),
                "PRAGMA journal_mode = WAL",
                "CREATE VIRTUAL TABLE docs USING fts5(body)",
                "INSERT INTO docs VALUES ('words')",
                "CREATE VIRTUAL TABLE places USING rtree(id, x0, x1)",
                "INSERT INTO places VALUES (1, 0, 10)",
                "CREATE VIRTUAL TABLE kept USING fts5(body)",
                "INSERT INTO kept VALUES ('more words')");
        var names = Set.of(new QualifiedName("main", "docs"), new QualifiedName("main", "places"));

        Path copy = restored(source, new BackupScope(Set.of(), Set.of(), Set.of(), names));

        assertThat(SqliteFile.query(copy, "SELECT count(*) FROM docs UNION ALL SELECT count(*) FROM places"))
                .containsExactly("0", "0");
        SqliteFile.run(copy, "INSERT INTO docs VALUES ('later')", "INSERT INTO places VALUES (2, 5, 6)");
        assertThat(SqliteFile.query(copy, "SELECT body FROM docs WHERE docs MATCH 'later'"))
                .containsExactly("later");
        assertThat(SqliteFile.query(copy, "SELECT body FROM kept WHERE kept MATCH 'more'"))
                .containsExactly("more words");
    }

    /** As messengers and browsers have them: this library knows the module, and not the tokenizer. */
    @ParameterizedTest
    @ValueSource(strings = {"fts5(body, tokenize = 'mine')", "fts4(body, tokenize=mine)", "mine(body)"})
    void whatIsBehindAVirtualTableThatOnlyItsProgramReadsComesBack(String module) {
        Path source = SqliteFile.create(
                directory.resolve("source.db"),
                "CREATE VIRTUAL TABLE docs USING " + (module.startsWith("fts4") ? "fts4" : "fts5") + "(body)",
                "INSERT INTO docs VALUES ('words')",
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE docs USING " + module.replace("'", "''")
                        + "' WHERE name = 'docs'");

        Path copy = restored(source);

        assertThat(SqliteFile.content(copy))
                .isEqualTo(SqliteFile.content(source))
                .containsKey("docs_content");
        assertThat(SqliteFile.definitions(copy)).isEqualTo(SqliteFile.definitions(source));
    }

    @Test
    void aTableOfAsManyColumnsAsThereCanBeComesBack() {
        List<String> columns = IntStream.range(0, 2000).mapToObj(i -> "c" + i).toList();
        Path source = SqliteFile.create(
                directory.resolve("source.db"),
                "CREATE TABLE wide (" + String.join(", ", columns) + ")",
                "INSERT INTO wide (rowid, c0, c1899, c1999) VALUES (7, 1, 'in the middle', 'last'), (9, NULL, x'00', 2.5)");

        Path copy = restored(source);

        assertThat(SqliteFile.query(copy, "SELECT rowid || c0 || c1899 || c1999 FROM wide WHERE c0 = 1"))
                .containsExactly("71in the middlelast");
    }

    private static BackupScope including(String... tables) {
        return BackupScope.of(
                Stream.of(tables).map(table -> new QualifiedName("main", table)).collect(Collectors.toSet()));
    }

    private static BackupScope without(String table) {
        return new BackupScope(Set.of(), Set.of(), Set.of(new QualifiedName("main", table)), Set.of());
    }

    private Path restored(Path source, BackupScope scope) {
        return restored(source, scope, "without.db");
    }

    private Path restored(Path source, BackupScope scope, String name) {
        try (Snapshot snapshot =
                        ENGINE.source(source).open(SnapshotOptions.defaults().withScope(scope));
                TargetServer target = ENGINE.target(directory)) {
            Copies.restore(Copies.of(snapshot), target, name);
        }
        return directory.resolve(name);
    }

    private Path restored(Path source) {
        Copies.Copy copy;
        try (Snapshot snapshot = ENGINE.source(source).open(SnapshotOptions.defaults())) {
            copy = Copies.of(snapshot);
        }
        try (TargetServer target = ENGINE.target(directory)) {
            target.create("staging.db", copy.shape());
            try (TargetDatabase database = target.open("staging.db", LoadOptions.defaults())) {
                Copies.load(copy, database);
                try (Snapshot again = database.snapshot(SnapshotOptions.defaults())) {
                    Copies.Copy second = Copies.of(again);
                    assertThat(second.fingerprints()).isEqualTo(copy.fingerprints());
                    assertThat(ENGINE.compareSchemas(copy.schema(), second.schema(), LoadOptions.defaults()))
                            .isEmpty();
                    assertThat(second.shape().settings()).isEqualTo(copy.shape().settings());
                }
            }
            target.rename("staging.db", "copy.db");
        }
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .doesNotContain("staging.db", "copy.db-wal", "copy.db-shm", "copy.db-journal");
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return directory.resolve("copy.db");
    }

    @Test
    void schemasThatDifferAreNamed() {
        Path one = SqliteFile.create(directory.resolve("1.db"), "CREATE TABLE a (x)", "CREATE INDEX i ON a (x)");
        Path other = SqliteFile.create(
                directory.resolve("2.db"),
                "CREATE TABLE a (x, y)",
                "CREATE VIEW v AS SELECT 1",
                "PRAGMA user_version = 1");

        List<String> differences = ENGINE.compareSchemas(schema(one), schema(other), LoadOptions.defaults());

        assertThat(differences)
                .containsExactlyInAnyOrder(
                        "index i is missing in the copy",
                        "setting user_version differs: 0 in the backup, 1 in the copy",
                        "table a differs: CREATE TABLE a (x) in the backup, CREATE TABLE a (x, y) in the copy",
                        "view v is only in the copy");
    }

    private static Path schema(Path file) {
        try (Snapshot snapshot = ENGINE.source(file).open(SnapshotOptions.defaults())) {
            return Copies.of(snapshot).schema();
        }
    }
}
