package io.holdfast.engine.sqlite;

import static io.holdfast.engine.sqlite.LiveFile.rows;
import static io.holdfast.engine.sqlite.LiveFile.tables;
import static io.holdfast.engine.sqlite.LiveFile.withParents;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveTest {
    private static final String NUMBERS = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) ";

    @TempDir
    Path directory;

    private @Nullable LiveFile open;

    private LiveFile file(String... statements) {
        LiveFile made = new LiveFile(directory.resolve("live.db"), statements);
        open = made;
        return made;
    }

    private LiveFile shop(String journalMode) {
        return file(
                "PRAGMA journal_mode = " + journalMode,
                "CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
                "CREATE TABLE tickets (id INTEGER PRIMARY KEY AUTOINCREMENT, client INT NOT NULL REFERENCES clients,"
                        + " title TEXT)",
                "CREATE INDEX tickets_client ON tickets (client)",
                NUMBERS + "INSERT INTO clients SELECT i, 'client ' || i FROM n WHERE i <= 20",
                NUMBERS + "INSERT INTO tickets (client, title) SELECT 1 + i % 20, 'ticket ' || i FROM n");
    }

    @AfterEach
    void nothingIsLeft() {
        LiveFile used = requireNonNull(open);
        used.live.discard(used.restore);
        used.close();
        assertThat(used.query("SELECT name FROM sqlite_schema WHERE name LIKE 'holdfast%'"))
                .isEmpty();
        assertThat(used.query("PRAGMA integrity_check")).containsExactly("ok");
    }

    private static InPlaceWriteResult.Table written(String table, long inserted, long updated, long deleted) {
        return new InPlaceWriteResult.Table(new QualifiedName("main", table), inserted, updated, deleted);
    }

    private static void assertRefused(Runnable call, FailureCode code, String... said) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code))
                .message()
                .contains(said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "WAL"})
    void replaceMakesATableEqualAgain(String journalMode) {
        LiveFile shop = shop(journalMode);
        Map<String, List<String>> before = shop.content();
        shop.then(
                "DELETE FROM tickets WHERE id <= 10",
                "UPDATE tickets SET title = 'garbled' WHERE id BETWEEN 11 AND 15",
                "INSERT INTO tickets (client, title) VALUES (1, 'new')");

        InPlaceStage stage = shop.stage(tables(Mode.REPLACE, "tickets"));
        InPlaceDiff.Table difference = stage.difference().tables().getFirst();
        assertThat(difference.missing().count()).isEqualTo(10);
        assertThat(difference.missing().samples()).contains(Map.of("id", "1")).hasSize(10);
        assertThat(difference.changed().count()).isEqualTo(5);
        assertThat(difference.extra().samples()).containsExactly(Map.of("id", "101"));
        InPlaceWriteResult written = stage.apply();

        assertThat(written.tables()).containsExactly(written("tickets", 10, 5, 1));
        assertThat(stage.apply()).isEqualTo(written);
        assertThat(shop.live.applied(shop.restore)).contains(written);
        assertThat(stage.difference().tables().getFirst().missing().count()).isZero();
        assertThat(shop.backup().fingerprints()).hasSize(3);
        shop.live.discard(shop.restore);
        assertThat(shop.live.applied(shop.restore)).isEmpty();
        assertThat(shop.query("SELECT seq FROM sqlite_sequence")).containsExactly("101");
        assertThat(shop.content().get("tickets")).isEqualTo(before.get("tickets"));
        assertThat(shop.query("PRAGMA journal_mode")).containsExactly(journalMode.toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void mergeKeepsWhatIsNewAndMissingOnlyAlsoWhatChanged() {
        LiveFile shop = shop("WAL")
                .then(
                        "DELETE FROM tickets WHERE id <= 10",
                        "UPDATE tickets SET title = 'changed' WHERE id = 11",
                        "INSERT INTO tickets (client, title) VALUES (1, 'new')");

        assertThat(shop.restore(tables(Mode.MISSING_ONLY, "main.tickets")).tables())
                .containsExactly(written("tickets", 10, 0, 0));
        assertThat(shop.query("SELECT title FROM tickets WHERE id IN (10, 11, 101) ORDER BY id"))
                .containsExactly("ticket 10", "changed", "new");
        assertThat(shop.restore(tables(Mode.MERGE, "\"main\".\"tickets\"")).tables())
                .containsExactly(written("tickets", 0, 1, 0));
        assertThat(shop.query("SELECT title FROM tickets WHERE id IN (10, 11, 101) ORDER BY id"))
                .containsExactly("ticket 10", "ticket 11", "new");
    }

    @Test
    void deletedRowsComeBackWithTheirParents() {
        LiveFile shop = shop("WAL");
        Map<String, List<String>> before = shop.content();
        shop.then("DELETE FROM tickets WHERE client = 7", "DELETE FROM clients WHERE id = 7");
        InPlaceSelection alone = rows(Mode.MISSING_ONLY, "tickets", Map.of("client", "7"));

        InPlaceStage without = shop.stage(alone);
        assertThat(without.difference().obstacles())
                .singleElement()
                .satisfies(obstacle -> assertThat(obstacle.message())
                        .startsWith("5 rows of main.tickets to be restored refer to rows of main.clients"));
        assertRefused(without::apply, FailureCode.TARGET_UNSUITABLE, "5 rows of main.tickets");
        assertThat(shop.query("SELECT count(*) FROM tickets")).containsExactly("95");
        InPlaceWriteResult written = shop.restore(withParents(alone));

        assertThat(written.tables()).containsExactly(written("tickets", 5, 0, 0), written("clients", 1, 0, 0));
        assertThat(shop.content()).isEqualTo(before);
    }

    @Test
    void parentsOfParentsComeAlongAlsoFromTheSameTableAndByUniqueColumns() {
        LiveFile staff = file(
                "CREATE TABLE places (code TEXT NOT NULL, floor INT NOT NULL, id INTEGER PRIMARY KEY, UNIQUE (code, floor))",
                "CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INT REFERENCES staff (id), at TEXT, floor INT,"
                        + " FOREIGN KEY (at, floor) REFERENCES places (code, floor))",
                "INSERT INTO places VALUES ('north', 1, 1), ('south', 2, 2), ('west', 3, 3)",
                "INSERT INTO staff VALUES (1, NULL, 'north', 1), (2, 1, 'south', 2), (3, 2, NULL, NULL), (4, 4, 'west', 3)");
        Map<String, List<String>> before = staff.content();
        staff.then("DELETE FROM staff WHERE id < 4", "DELETE FROM places WHERE id < 3");

        InPlaceWriteResult written = staff.restore(withParents(rows(Mode.MISSING_ONLY, "staff", Map.of("id", "3"))));

        assertThat(written.tables()).containsExactly(written("staff", 3, 0, 0), written("places", 2, 0, 0));
        assertThat(staff.content()).isEqualTo(before);
    }

    @Test
    void aKeyThatIsNullRecognisesNothing() {
        LiveFile shop = file(
                        "CREATE TABLE codes (code TEXT PRIMARY KEY, v)",
                        "INSERT INTO codes VALUES (NULL, 1), (NULL, 2), ('a', 3)")
                .then("UPDATE codes SET v = 0 WHERE v = 2");

        assertRefused(
                () -> shop.stage(tables(Mode.MERGE, "codes")), FailureCode.REQUEST_INVALID, "choose mode REPLACE");
        assertThat(shop.restore(tables(Mode.REPLACE, "codes")).tables()).containsExactly(written("codes", 0, 1, 0));
        shop.then("DELETE FROM codes WHERE code IS NULL");
        assertRefused(
                () -> shop.stage(tables(Mode.MERGE, "codes")), FailureCode.TARGET_UNSUITABLE, "whose key is null");
        assertThat(shop.query("SELECT v FROM codes")).containsExactly("3");
    }

    @Test
    void rowsWithoutAKeyGoWhereTheBackupHasNone() {
        LiveFile shop = file(
                        "CREATE TABLE codes (code TEXT PRIMARY KEY)",
                        "INSERT INTO codes VALUES ('a')",
                        "CREATE TRIGGER kept AFTER INSERT ON codes BEGIN SELECT 1; END")
                .then("INSERT INTO codes VALUES (NULL)");

        assertThat(shop.restore(tables(Mode.REPLACE, "codes")).tables()).containsExactly(written("codes", 0, 0, 1));
        assertThat(shop.query("SELECT code FROM codes")).containsExactly("a");
    }

    @Test
    void replacedRowsAreThoseThatAreChosenAndNoOthers() {
        LiveFile shop = shop("WAL")
                .then(
                        "DELETE FROM tickets WHERE id = 2",
                        "INSERT INTO tickets (client, title) VALUES (3, 'extra'), (4, 'of another client')",
                        "UPDATE tickets SET client = 5 WHERE id = 22",
                        "UPDATE tickets SET title = 'not chosen' WHERE id = 3");

        InPlaceWriteResult written = shop.restore(rows(Mode.REPLACE, "tickets", Map.of("client", "3")));

        assertThat(written.tables()).containsExactly(written("tickets", 1, 1, 1));
        assertThat(shop.query("SELECT title FROM tickets WHERE id IN (2, 3, 22, 101, 102) ORDER BY id"))
                .containsExactly("ticket 2", "not chosen", "ticket 22", "of another client");
    }

    @Test
    void whatOthersReferToIsNotTakenAway() {
        LiveFile shop = shop("DELETE")
                .then(
                        "INSERT INTO clients VALUES (21, 'new')",
                        "INSERT INTO tickets (client, title) VALUES (21, 'of the new one')");

        InPlaceStage stage = shop.stage(tables(Mode.REPLACE, "clients"));

        assertThat(stage.difference().obstacles()).hasSize(1);
        assertRefused(
                stage::apply, FailureCode.TARGET_UNSUITABLE, "1 rows of main.tickets refer to rows of main.clients");
        assertThat(shop.query("SELECT name FROM clients WHERE id = 21")).containsExactly("new");
        assertThat(shop.restore(tables(Mode.REPLACE, "clients", "tickets")).tables())
                .containsExactly(written("clients", 0, 0, 1), written("tickets", 0, 0, 1));
    }

    @Test
    void rowsThatReferredToNothingBeforeDoNotStandAgainstIt() {
        LiveFile shop = shop("WAL")
                .then(
                        "INSERT INTO tickets (client, title) VALUES (99, 'of nobody')",
                        "UPDATE tickets SET title = 'garbled' WHERE id = 1");

        assertThat(shop.restore(tables(Mode.MERGE, "tickets")).tables()).containsExactly(written("tickets", 0, 1, 0));
        assertThat(shop.query("SELECT title FROM tickets WHERE client = 99")).containsExactly("of nobody");
    }

    @Test
    void triggersDoNotActAndAreThereAgainAsTheyWere() {
        LiveFile shop = file(
                "CREATE TABLE log (what)",
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, body)",
                "INSERT INTO notes VALUES (1, 'one'), (2, 'two'), (3, 'three')",
                "CREATE TRIGGER  \"odd 'one'\"\n AFTER INSERT ON Notes BEGIN INSERT INTO log VALUES ('i'); END",
                "CREATE TRIGGER before_delete BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'never'); END");
        List<String> triggers = shop.query("SELECT sql FROM sqlite_schema WHERE type = 'trigger'");
        shop.then(
                "UPDATE notes SET body = 'garbled' WHERE id = 1",
                "INSERT INTO notes VALUES (4, 'new')",
                "DELETE FROM log");

        InPlacePlan plan = shop.plan(tables(Mode.REPLACE, "notes"));
        InPlaceWriteResult written = shop.restore(tables(Mode.REPLACE, "notes"));

        assertThat(plan.notes()).singleElement().satisfies(it -> assertThat(it).contains("odd 'one'", "before_delete"));
        assertThat(written.tables()).containsExactly(written("notes", 0, 1, 1));
        assertThat(shop.query("SELECT count(*) FROM log")).containsExactly("0");
        assertThat(shop.query("SELECT sql FROM sqlite_schema WHERE type = 'trigger'"))
                .isEqualTo(triggers);
    }

    @Test
    void aWayBackNeedsWhatRowsReferTo() {
        LiveFile shop = file(
                "CREATE TABLE Regions (id INTEGER PRIMARY KEY)",
                "CREATE TABLE clients (id INTEGER PRIMARY KEY, region REFERENCES regions, gone REFERENCES nowhere)",
                "CREATE TABLE tickets (id INTEGER PRIMARY KEY, client REFERENCES clients, of REFERENCES tickets)",
                "CREATE TABLE notes (ticket REFERENCES tickets)");

        assertThat(shop.plan(tables(Mode.REPLACE, "tickets")).needed())
                .extracting(QualifiedName::toString)
                .containsExactly("main.Regions", "main.clients", "main.tickets");
    }

    @Test
    void everyKindOfValueAndTableComesBackToTheLetter() {
        LiveFile odd = file(
                "CREATE TABLE plain (a, b)",
                "INSERT INTO plain VALUES (1, 1.5), ('1', x'00ff'), (NULL, CAST(x'41ff00' AS TEXT)), (9e999, -3)",
                "CREATE TABLE pairs (a TEXT COLLATE NOCASE, b ANY, v ANY, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID",
                "INSERT INTO pairs VALUES ('x', 1, 'Ä'), ('X', 2, 2.25), ('y', x'01', NULL), ('w', 5, 0)",
                "CREATE TABLE sums (a INT, b INT, s INT AS (a + b) STORED, v AS (a * 2), code TEXT PRIMARY KEY)",
                "INSERT INTO sums (a, b, code) VALUES (1, 2, 'one'), (3, 4, 'two')",
                "CREATE TABLE \"odd \"\"Näme\" (\"rowid\" TEXT, \"a b\" INT UNIQUE NOT NULL)",
                "INSERT INTO \"odd \"\"Näme\" VALUES ('r', 1), ('s', 2)");
        Map<String, List<String>> before = odd.content();
        odd.then(
                "UPDATE plain SET a = 1.0 WHERE rowid = 1",
                "DELETE FROM plain WHERE rowid = 3",
                "INSERT INTO plain VALUES ('later', 0)",
                "UPDATE pairs SET v = 'ä' WHERE b = 1",
                "UPDATE pairs SET a = 'W' WHERE b = 5",
                "DELETE FROM pairs WHERE b = 2",
                "INSERT INTO pairs VALUES ('z', 0, 0)",
                "UPDATE sums SET a = 10",
                "DELETE FROM sums WHERE code = 'one'",
                "UPDATE \"odd \"\"Näme\" SET \"rowid\" = 'garbled'");

        InPlaceWriteResult written =
                odd.restore(tables(Mode.REPLACE, "plain", "pairs", "sums", "main.\"odd \"\"Näme\""));

        assertThat(written.tables())
                .containsExactly(
                        written("plain", 1, 1, 1),
                        written("pairs", 1, 2, 1),
                        written("sums", 1, 1, 0),
                        written("odd \"Näme", 0, 2, 0));
        assertThat(odd.content()).isEqualTo(before);
    }

    @Test
    void valuesThatAreUniqueMayChangePlacesAndColumnsThatCameLaterKeepTheirs() {
        LiveFile shop = shop("WAL")
                .then(
                        "ALTER TABLE clients ADD COLUMN phone TEXT DEFAULT 'none'",
                        "UPDATE clients SET phone = id, name = 'swapped ' || id WHERE id < 3",
                        "UPDATE clients SET name = 'client 2' WHERE id = 1",
                        "UPDATE clients SET name = 'client 1' WHERE id = 2",
                        "DELETE FROM tickets WHERE client = 20",
                        "DELETE FROM clients WHERE id = 20");

        assertThat(shop.restore(tables(Mode.MERGE, "clients")).tables()).containsExactly(written("clients", 1, 2, 0));

        assertThat(shop.query("SELECT name || ' ' || phone FROM clients WHERE id IN (1, 2, 20) ORDER BY id"))
                .containsExactly("client 1 1", "client 2 2", "client 20 none");
    }

    @Test
    void aRowWhosePlaceIsTakenIsRefusedWhateverTheTableSaysOfConflicts() {
        LiveFile shop = file(
                        "CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT UNIQUE ON CONFLICT REPLACE)",
                        "INSERT INTO users VALUES (1, 'ann'), (2, 'ben')",
                        "CREATE TRIGGER kept AFTER INSERT ON users BEGIN SELECT 1; END")
                .then("DELETE FROM users WHERE id = 1", "INSERT INTO users VALUES (7, 'ann')");

        assertRefused(
                shop.stage(tables(Mode.MISSING_ONLY, "users"))::apply, FailureCode.TARGET_LOAD_FAILED, "users.mail");
        assertThat(shop.query("SELECT id FROM users ORDER BY id")).containsExactly("2", "7");
        assertThat(shop.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'"))
                .containsExactly("kept");
    }

    @Test
    void aRowidThatSomebodyHasByNowIsLeftToHim() {
        LiveFile shop = file(
                        "CREATE TABLE codes (code TEXT PRIMARY KEY, v)", "INSERT INTO codes VALUES ('a', 1), ('b', 2)")
                .then("DELETE FROM codes WHERE code = 'b'", "INSERT INTO codes VALUES ('c', 3)");

        assertThat(shop.restore(tables(Mode.MERGE, "codes")).tables()).containsExactly(written("codes", 1, 0, 0));

        assertThat(shop.query("SELECT code || rowid FROM codes ORDER BY rowid")).containsExactly("a1", "c2", "b3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "search       | TARGET_UNSUITABLE | virtual",
                "search_data  | TARGET_UNSUITABLE | behind a virtual one",
                "sqlite_stat1 | REQUEST_INVALID   | SQLite's own",
                "keyles       | REQUEST_INVALID   | did you mean \"main.keyless\"?",
                "keyless      | REQUEST_INVALID   | choose mode REPLACE",
                "dropped      | TARGET_UNSUITABLE | does not exist in the live file",
                "changed      | TARGET_UNSUITABLE | has no column \"b\" any more",
                "stricter     | TARGET_UNSUITABLE | give it a default",
            })
    void whatCannotGoBackIsNamed(String table, FailureCode code, String said) {
        LiveFile odd = file(
                        "CREATE VIRTUAL TABLE search USING fts5(body)",
                        "INSERT INTO search VALUES ('found')",
                        "CREATE TABLE keyless (a)",
                        "INSERT INTO keyless VALUES (1)",
                        "CREATE TABLE dropped (a INTEGER PRIMARY KEY)",
                        "CREATE TABLE changed (a INTEGER PRIMARY KEY, b)",
                        "CREATE TABLE stricter (a INTEGER PRIMARY KEY)",
                        "CREATE INDEX i ON changed (b)",
                        "ANALYZE",
                        "DROP INDEX i")
                .then(
                        "DROP TABLE dropped",
                        "ALTER TABLE changed DROP COLUMN b",
                        "DROP TABLE stricter",
                        "CREATE TABLE stricter (a INTEGER PRIMARY KEY, b NOT NULL)");

        InPlacePlan plan = odd.plan(tables(Mode.MERGE, table));

        assertThat(plan.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.message()).contains(said);
        });
        assertRefused(() -> odd.stage(tables(Mode.MERGE, table)), code, said);
    }

    @Test
    void aColumnOfRowsThatIsNotThereIsNamedWithItsNearest() {
        InPlacePlan plan = shop("WAL").plan(rows(Mode.MERGE, "tickets", Map.of("clinet", "7")));

        assertThat(plan.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("\"clinet\"", "did you mean \"client\"?"));
    }

    @Test
    void aTableThatChangesAfterItWasStagedForIsNotWritten() {
        LiveFile shop = shop("WAL").then("DELETE FROM tickets");
        InPlaceStage stage = shop.stage(tables(Mode.MERGE, "tickets"));
        shop.then("ALTER TABLE tickets ADD COLUMN more");

        assertRefused(stage::apply, FailureCode.TARGET_CHANGED, "was altered");
        assertThat(shop.query("SELECT count(*) FROM tickets")).containsExactly("0");
    }

    @Test
    void aStageThatAnotherHasTakenOverOrThatIsDiscardedIsNotWritten() {
        LiveFile shop = shop("WAL").then("DELETE FROM tickets WHERE id = 1");
        InPlaceStage paused = shop.stage(tables(Mode.MERGE, "tickets"));
        InPlaceStage next = shop.stage(tables(Mode.MERGE, "tickets"));

        assertRefused(paused::apply, FailureCode.TARGET_CHANGED, "not the one that may be written");
        assertThat(next.apply().tables()).containsExactly(written("tickets", 1, 0, 0));
        assertRefused(
                () -> shop.stage(tables(Mode.MERGE, "tickets")),
                FailureCode.REQUEST_CONFLICT,
                "applied to the live file");
        shop.live.discard(shop.restore);
        shop.then("DELETE FROM tickets WHERE id = 1");
        assertRefused(paused::apply, FailureCode.TARGET_CHANGED, "not the one that may be written");
        assertThat(shop.query("SELECT count(*) FROM tickets")).containsExactly("99");
    }

    @Test
    void aProgramThatWritesIsWaitedForAndThenNamedAndNothingIsWritten() throws SQLException {
        LiveFile shop = shop("WAL").then("DELETE FROM tickets WHERE id = 1");
        InPlaceStage stage = shop.stage(tables(Mode.MERGE, "tickets"));

        try (Connection application = SqliteFile.connect(shop.file)) {
            SqliteFile.run(application, "BEGIN IMMEDIATE", "UPDATE clients SET name = 'mine' WHERE id = 1");
            assertRefused(stage::apply, FailureCode.TARGET_BUSY, "end the program that uses it");
            SqliteFile.run(application, "COMMIT");
        }

        assertThat(stage.apply().tables()).containsExactly(written("tickets", 1, 0, 0));
        assertThat(shop.query("SELECT name FROM clients WHERE id = 1")).containsExactly("mine");
    }

    @Test
    void stagedRowsDoNotOutliveTheirRestoreAndABackupDoesNotHoldItsMark() throws Exception {
        LiveFile shop = shop("WAL");
        List<String> definitions = SqliteFile.definitions(shop.file);
        InPlaceStage stage = shop.stage(tables(Mode.MERGE, "tickets"));
        stage.difference();

        assertThat(shop.backup().shape().tables()).hasSize(3);
        assertThat(shop.query("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'holdfast_restore%'"))
                .containsExactly("1");
        shop.live.discard(shop.restore);
        shop.live.close();

        assertThat(SqliteFile.definitions(shop.file)).isEqualTo(definitions);
        try (var left = Files.list(ProcessTempDirectory.folder())) {
            assertThat(left.filter(path -> String.valueOf(path.getFileName()).startsWith("sqlite-"))
                            .filter(path -> Files.exists(path.resolve("stage.db"))))
                    .isEmpty();
        }
    }

    @Test
    void chosenRowsOfATableWithoutAKeyAreNotTakenForOthersThatHaveTheirRowidsByNow() {
        LiveFile shop = file(
                        "CREATE TABLE logs (who TEXT, what TEXT)", "INSERT INTO logs VALUES ('ann', 'a'), ('ben', 'b')")
                .then("DELETE FROM logs WHERE who = 'ben'", "INSERT INTO logs VALUES ('eve', 'nobody chose this')");
        InPlaceSelection chosen = rows(Mode.REPLACE, "logs", Map.of("who", "ben"));

        assertThat(shop.plan(chosen).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("restore the whole table"));
        assertRefused(() -> shop.stage(chosen), FailureCode.REQUEST_INVALID, "rowid");
        assertThat(shop.query("SELECT what FROM logs WHERE who = 'eve'")).containsExactly("nobody chose this");
        assertThat(shop.restore(tables(Mode.REPLACE, "logs")).tables()).containsExactly(written("logs", 0, 1, 0));
    }

    @Test
    void columnsThatCameLaterToATableWithoutAKeyDoNotGoToOtherRows() {
        LiveFile shop = file("CREATE TABLE logs (who TEXT)", "INSERT INTO logs VALUES ('ann'), ('ben')")
                .then(
                        "ALTER TABLE logs ADD COLUMN phone TEXT",
                        "DELETE FROM logs WHERE who = 'ben'",
                        "INSERT INTO logs VALUES ('eve', 'of eve')");

        assertRefused(
                () -> shop.stage(tables(Mode.REPLACE, "logs")),
                FailureCode.TARGET_UNSUITABLE,
                "phone",
                "no primary key");
        assertThat(shop.query("SELECT who || phone FROM logs WHERE rowid = 2")).containsExactly("eveof eve");
    }

    @Test
    void rowsAreRecognisedByTheFirstKeyThatTheBackupHas() {
        LiveFile shop = file(
                        "CREATE TABLE codes (code TEXT NOT NULL UNIQUE, v)",
                        "INSERT INTO codes VALUES ('a', 1), ('b', 2)")
                .then(
                        "DROP TABLE codes",
                        "CREATE TABLE codes (code TEXT NOT NULL, v, line INT NOT NULL DEFAULT 0)",
                        "INSERT INTO codes VALUES ('new', 0, 1), ('a', 9, 2)",
                        "CREATE UNIQUE INDEX a_first ON codes (code, line)",
                        "CREATE UNIQUE INDEX b_second ON codes (code)");

        assertThat(shop.plan(tables(Mode.MERGE, "codes")).tables())
                .singleElement()
                .satisfies(table -> assertThat(table.key()).containsExactly("code"));
        assertThat(shop.restore(tables(Mode.MERGE, "codes")).tables()).containsExactly(written("codes", 1, 1, 0));
        assertThat(shop.query("SELECT code || v || line FROM codes ORDER BY code"))
                .containsExactly("a12", "b20", "new01");
    }

    @Test
    void aValueThatTheLiveColumnTurnsIntoAnotherIsNotInserted() {
        LiveFile shop = file(
                        "CREATE TABLE kinds (id INTEGER PRIMARY KEY, code TEXT)",
                        "CREATE TABLE things (id INTEGER PRIMARY KEY, kind INT REFERENCES kinds)",
                        "INSERT INTO kinds VALUES (1, '007')",
                        "INSERT INTO things VALUES (1, 1)")
                .then(
                        "DELETE FROM things",
                        "DROP TABLE kinds",
                        "CREATE TABLE kinds (id INTEGER PRIMARY KEY, code INTEGER)");

        assertRefused(
                shop.stage(tables(Mode.MISSING_ONLY, "kinds"))::apply, FailureCode.ROWS_DIFFER, "main.kinds", "1 ");
        assertRefused(
                shop.stage(withParents(tables(Mode.MISSING_ONLY, "things")))::apply,
                FailureCode.ROWS_DIFFER,
                "main.kinds");
        assertThat(shop.query("SELECT count(*) FROM kinds")).containsExactly("0");
        assertThat(shop.query("SELECT count(*) FROM things")).containsExactly("0");
    }

    @Test
    void aWholeTableGoesBackByItsRowidsWhereItsKeyWasNull() {
        LiveFile shop = file(
                "CREATE TABLE codes (code TEXT PRIMARY KEY, v)",
                "INSERT INTO codes VALUES ('a', 1), (NULL, 2), ('c', 3)");
        Map<String, List<String>> before = shop.content();
        shop.then(
                "DELETE FROM codes WHERE code IS NULL", "UPDATE codes SET v = 0", "INSERT INTO codes VALUES ('d', 4)");

        InPlaceStage stage = shop.stage(tables(Mode.REPLACE, "codes"));

        assertThat(stage.difference().tables().getFirst().missing().count()).isEqualTo(1);
        assertThat(stage.apply().tables()).containsExactly(written("codes", 1, 2, 1));
        shop.live.discard(shop.restore);
        assertThat(shop.content()).isEqualTo(before);
        shop.then("DELETE FROM codes WHERE code IS NULL", "ALTER TABLE codes ADD COLUMN later");
        assertRefused(
                () -> shop.stage(tables(Mode.REPLACE, "codes")), FailureCode.TARGET_UNSUITABLE, "whose key is null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"m1", "c1", "x1", "e1"})
    void aTableMayHaveAnyShortName(String name) {
        LiveFile shop = file(
                        "CREATE TABLE " + name + " (id INTEGER PRIMARY KEY, v)",
                        "INSERT INTO " + name + " VALUES (1, 'one'), (2, 'two')",
                        "CREATE TRIGGER kept AFTER INSERT ON " + name + " BEGIN SELECT 1; END")
                .then("DELETE FROM " + name + " WHERE id = 1", "UPDATE " + name + " SET v = 'garbled'");

        assertThat(shop.restore(tables(Mode.REPLACE, name)).tables()).containsExactly(written(name, 1, 1, 0));
        assertThat(shop.query("SELECT v FROM " + name)).containsExactly("one", "two");
        assertThat(shop.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'"))
                .containsExactly("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "WITHOUT ROWID"})
    void aReferenceToNothingDoesNotTakeAnothersPlace(String kind) {
        LiveFile shop = file(
                        "CREATE TABLE clients (id INTEGER PRIMARY KEY)",
                        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, client INT REFERENCES clients, title TEXT) "
                                + kind,
                        "INSERT INTO clients VALUES (1)",
                        "INSERT INTO tickets VALUES (1, 98, 'one'), (2, 1, 'two')")
                .then("UPDATE tickets SET client = 99 WHERE id = 1");

        InPlaceStage stage = shop.stage(rows(Mode.MERGE, "tickets", Map.of("id", "1")));

        assertThat(stage.difference().obstacles()).hasSize(1);
        assertRefused(stage::apply, FailureCode.TARGET_UNSUITABLE, "1 rows of main.tickets to be restored refer to");
        assertThat(shop.query("SELECT client FROM tickets WHERE id = 1")).containsExactly("99");
    }

    @Test
    void aRowThatKeepsTheReferenceToNothingThatItHasIsWritten() {
        LiveFile shop = file(
                        "CREATE TABLE clients (id INTEGER PRIMARY KEY)",
                        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, client INT REFERENCES clients, title TEXT)",
                        "INSERT INTO tickets VALUES (1, 98, 'one')")
                .then("UPDATE tickets SET title = 'garbled'");

        assertThat(shop.restore(tables(Mode.REPLACE, "tickets")).tables()).containsExactly(written("tickets", 0, 1, 0));
        assertThat(shop.query("SELECT title FROM tickets")).containsExactly("one");
    }

    @Test
    void whatFailsInThePrivateFileIsNotToldOfTheLiveOne() throws IOException {
        LiveFile shop = shop("WAL").then("DELETE FROM tickets WHERE id = 1");
        InPlaceStage loaded = shop.stage(tables(Mode.MERGE, "tickets"));
        InPlaceStage stage = shop.live.stage(
                shop.restore, tables(Mode.MERGE, "tickets"), shop.backup().shape());
        TableDescriptor table = stage.wanting().getFirst();

        assertRefused(
                () -> stage.load(table, Fingerprint.EMPTY, () -> {
                    throw new IOException("the line is cut");
                }),
                FailureCode.INTERNAL,
                "main.tickets",
                "the line is cut");
        deleteStages();
        assertThatThrownBy(() -> stage.load(table, Fingerprint.EMPTY, InputStream::nullInputStream))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.INTERNAL))
                .message()
                .contains("stage.db", "java.io.tmpdir")
                .doesNotContain("live.db");
        assertRefused(loaded::difference, FailureCode.INTERNAL, "stage.db", "java.io.tmpdir");
    }

    private static void deleteStages() throws IOException {
        try (var left = Files.list(ProcessTempDirectory.folder())) {
            for (Path own : left.filter(
                            path -> String.valueOf(path.getFileName()).startsWith("sqlite-"))
                    .toList()) {
                Files.deleteIfExists(own.resolve("stage.db"));
            }
        }
    }
}
