package io.holdfast.engine.d1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.d1.client.D1Address;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.load.D1OverwritableDatabase;
import io.holdfast.engine.inplace.Checkpoint;
import io.holdfast.engine.inplace.DatabaseContent;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.testsupport.engine.Copies;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A D1 database in use is overwritten by a backup, and goes back to an earlier state. */
class D1InPlaceTest {
    private static final String STAGING = "holdfast_restore_0197f0c46a2e7b1c9d550b6d4d2f1a77_1";
    private static final Runnable HELD = () -> {};

    static final String[] OBJECTS = {
        "CREATE TABLE clients (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)",
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, client INT NOT NULL REFERENCES clients, parent INT"
                + " REFERENCES tickets, title TEXT)",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, client INT REFERENCES clients ON DELETE CASCADE, boss INT"
                + " REFERENCES teams ON DELETE CASCADE)",
        "CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INT REFERENCES users ON DELETE CASCADE)",
        "CREATE TABLE comments (id INTEGER PRIMARY KEY, ticket INT REFERENCES tickets ON DELETE CASCADE, author"
                + " INT REFERENCES users ON DELETE SET NULL)",
        "CREATE INDEX tickets_client ON tickets (client)",
        "CREATE VIEW titles AS SELECT title FROM tickets",
        "CREATE TRIGGER no_delete BEFORE DELETE ON clients BEGIN SELECT RAISE(ABORT, 'kept'); END",
        "CREATE VIRTUAL TABLE found USING fts5(body)",
        "INSERT INTO clients VALUES (1, 'one'), (7, 'seven')",
        "INSERT INTO tickets VALUES (1, 1, 2, 'first'), (2, 7, NULL, 'second')",
        "INSERT INTO users VALUES (1, 1, NULL), (2, 7, 1)",
        "INSERT INTO teams VALUES (1, 1)",
        "INSERT INTO comments VALUES (1, 1, 2), (2, 2, NULL)",
        "INSERT INTO found VALUES ('words to be found')"
    };

    @TempDir
    Path directory;

    private D1Fixture d1;

    @BeforeEach
    void start() {
        d1 = new D1Fixture(directory);
        d1.token(d1.server.token(D1Server.Right.WRITE));
        d1.server.keepHistory(d1.database, true);
        d1.sql(OBJECTS);
    }

    @AfterEach
    void stop() {
        d1.close();
    }

    private OverwritableDatabase live() {
        return d1.source().overwritable().orElseThrow();
    }

    private void stage() {
        try (Snapshot snapshot = d1.source().open(SnapshotOptions.defaults());
                TargetServer target = d1.source().target()) {
            target.drop(STAGING);
            Copies.restore(Copies.of(snapshot), target, STAGING);
        }
    }

    private void disaster() {
        d1.sql(
                "PRAGMA foreign_keys = OFF",
                "DROP TRIGGER no_delete",
                "DELETE FROM clients WHERE id = 1",
                "DROP TABLE found",
                "CREATE TABLE later (id INTEGER PRIMARY KEY, ticket INT REFERENCES tickets)",
                "INSERT INTO later VALUES (1, 2)");
    }

    @Test
    void allObjectsBecomeThoseOfTheBackupWhateverIsThere() {
        stage();
        DatabaseContent then = live().content();
        disaster();

        OverwritableDatabase.Overwritten done = live().overwrite(STAGING, HELD);

        assertThat(done.rows()).isGreaterThanOrEqualTo(5);
        assertThat(live().content()).isEqualTo(then);
        assertThat(FileContent.query(d1.server.file(d1.database), "SELECT rowid FROM found WHERE found MATCH 'words'"))
                .containsExactly("1");
        assertThat(FileContent.query(d1.server.file(d1.database), "SELECT seq FROM sqlite_sequence"))
                .containsExactly("7");
        assertThat(FileContent.query(d1.server.file(d1.database), "SELECT name FROM sqlite_schema"))
                .contains("_cf_KV")
                .doesNotContain("later", "holdfast_restore_incomplete");
        assertThat(live().rowCounts(List.of(new QualifiedName("main", "tickets"), new QualifiedName("main", "later"))))
                .containsOnlyKeys(new QualifiedName("main", "tickets"))
                .containsValue(2L);
    }

    @Test
    void whatAKilledAttemptLeftIsOverwrittenOrTakenBack() {
        stage();
        DatabaseContent then = live().content();
        disaster();
        Checkpoint before = live().checkpoint();
        AtomicInteger requests = new AtomicInteger();
        d1.server.before(request -> {
            if (request.endsWith("/raw") && requests.incrementAndGet() > 5) {
                throw new IllegalStateException("killed");
            }
        });
        assertThat(catchThrowableOfType(HoldfastException.class, () -> live().overwrite(STAGING, HELD)))
                .isNotNull();
        d1.server.before(request -> {});
        assertThat(live().content()).isNotEqualTo(before.content()).isNotEqualTo(then);

        live().rewind(before.bookmark(), HELD);

        assertThat(live().content()).isEqualTo(before.content());
        live().overwrite(STAGING, HELD);
        assertThat(live().content()).isEqualTo(then);
        live().rewind(before.bookmark(), HELD);
        assertThat(live().content()).isEqualTo(before.content());
    }

    /** It would destroy what the application has written since. */
    @Test
    void aWorkerThatWasPausedDestroysNothing() {
        stage();
        DatabaseContent then = live().content();
        disaster();
        IllegalStateException lost = new IllegalStateException("lease lost");

        Throwable paused = catchThrowableOfType(
                IllegalStateException.class,
                () -> live().overwrite(STAGING, () -> {
                    live().overwrite(STAGING, HELD);
                    throw lost;
                }));
        HoldfastException unaware = catchThrowableOfType(
                HoldfastException.class, () -> live().overwrite(STAGING, () -> live().overwrite(STAGING, HELD)));

        assertThat(paused).isSameAs(lost);
        assertThat(unaware).isNotNull();
        assertThat(live().content()).isEqualTo(then);
    }

    @Test
    void aWriteOfSomebodyElseMeanwhileIsFound() {
        stage();
        disaster();
        d1.server.before(request -> {
            if (request.startsWith("GET") && request.endsWith("/bookmark")) {
                d1.server.sql(d1.database, "UPDATE clients SET name = 'somebody else'");
            }
        });

        HoldfastException failure =
                catchThrowableOfType(HoldfastException.class, () -> live().overwrite(STAGING, HELD));

        assertThat(failure.code()).isEqualTo(FailureCode.ROWS_DIFFER);
    }

    @Test
    void aStateOfAnInstantComesBackAndTheOneBeforeToo() {
        DatabaseContent then = live().content();
        Instant instant = Instant.now();
        disaster();
        DatabaseContent now = live().content();

        String previous = live().rewind(live().bookmarkAt(instant), HELD);

        assertThat(live().content()).isEqualTo(then);
        live().rewind(previous, HELD);
        assertThat(live().content()).isEqualTo(now);
    }

    @Test
    void anInstantOutsideTheWindowIsRefusedByItsName() {
        for (Instant instant : List.of(
                Instant.now().plus(Duration.ofMinutes(5)),
                Instant.now().minus(Duration.ofDays(31)),
                Instant.now().minus(Duration.ofDays(2)))) { // the database is younger
            HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> live().bookmarkAt(instant));

            assertThat(failure.code()).isEqualTo(FailureCode.POINT_IN_TIME_UNAVAILABLE);
            assertThat(failure).hasMessageContaining("30 days").hasMessageContaining("d1.window");
        }
    }

    @Test
    void aDatabaseThatIsWrittenToHasNoCheckpoint() {
        d1.server.bookmarksMove(d1.database, true);
        assertThat(live().checkpoint().content()).isEqualTo(live().content());
        d1.server.before(request -> {
            if (request.startsWith("GET") && request.endsWith("/bookmark")) {
                d1.server.sql(d1.database, "INSERT INTO clients (name) VALUES ('another')");
            }
        });

        HoldfastException failure = catchThrowableOfType(HoldfastException.class, () -> live().checkpoint());

        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_CHANGED);
    }

    /** SQLite ends a cascade of more than 1000 levels with an error. */
    @ParameterizedTest
    @ValueSource(strings = {"CASCADE", "RESTRICT", "SET NULL", "NO ACTION"})
    void longChainsOfReferencesAreOverwritten(String action) {
        String numbers = " WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 1500) SELECT i, ";
        d1.sql(
                "CREATE TABLE thread (id INTEGER PRIMARY KEY, after INT REFERENCES thread ON DELETE " + action + ")",
                "CREATE TABLE left_side (id INTEGER PRIMARY KEY, other INT REFERENCES right_side ON DELETE " + action
                        + ")",
                "CREATE TABLE right_side (id INTEGER PRIMARY KEY, other INT NOT NULL REFERENCES left_side ON DELETE "
                        + action.replace("SET NULL", "CASCADE") + ")",
                "INSERT INTO thread" + numbers + "nullif(i - 1, 0) FROM i",
                "INSERT INTO left_side" + numbers + "nullif(i - 1, 0) FROM i",
                "INSERT INTO right_side" + numbers + "i FROM i");
        stage();
        DatabaseContent then = live().content();
        d1.sql("DELETE FROM comments");

        live().overwrite(STAGING, HELD);

        assertThat(live().content()).isEqualTo(then);
    }

    @Test
    void aChainThatCannotBeCutIsRefusedBeforeAnythingIsDropped() {
        d1.sql(
                "CREATE TABLE fixed (id INTEGER PRIMARY KEY, after INT NOT NULL REFERENCES fixed ON DELETE CASCADE)",
                "INSERT INTO fixed WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 1500)"
                        + " SELECT i, max(i - 1, 1) FROM i");
        stage();
        DatabaseContent before = live().content();

        HoldfastException failure =
                catchThrowableOfType(HoldfastException.class, () -> live().overwrite(STAGING, HELD));

        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_UNSUITABLE);
        assertThat(live().content()).isEqualTo(before);
    }

    @Test
    void aDatabaseIntoWhichARestoreHasNotEndedIsNotBackedUp() {
        stage();
        IllegalStateException killed = new IllegalStateException("killed");
        d1.server.before(request -> {
            if (request.endsWith("/bookmark")) {
                throw killed; // all rows are written, and not compared yet
            }
        });
        assertThat(catchThrowableOfType(HoldfastException.class, () -> live().overwrite(STAGING, HELD)))
                .isNotNull();
        d1.server.before(request -> {});

        HoldfastException failure = catchThrowableOfType(
                HoldfastException.class,
                () -> d1.source().open(SnapshotOptions.defaults()).close());

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_LOCK_TIMEOUT);
        assertThat(failure).hasMessageContaining("a restore into it has not ended");
        assertThat(live().isIncomplete()).isTrue();
        live().overwrite(STAGING, HELD);
        d1.source().open(SnapshotOptions.defaults()).close();
    }

    @Test
    void aWorkerThatLostItsLeaseLeavesADatabaseThatCanBeBackedUp() {
        stage();
        IllegalStateException lost = new IllegalStateException("lease lost");

        Throwable paused = catchThrowableOfType(
                IllegalStateException.class,
                () -> live().overwrite(STAGING, () -> {
                    throw lost;
                }));

        assertThat(paused).isSameAs(lost);
        assertThat(live().isIncomplete()).isFalse();
    }

    @Test
    void theEleventhRestoreWithinTenMinutesWaitsOrIsRefusedBeforehand() {
        Instant first = Instant.now();
        AtomicReference<Instant> now = new AtomicReference<>(first);
        List<Duration> pauses = new ArrayList<>();
        d1.server.clock(now::get);
        D1Client client = new D1Client(
                new D1Address(d1.server.endpoint(), D1Server.ACCOUNT, d1.database),
                PasswordSupplier.from(d1::token),
                new D1Client.Patience(Duration.ofMinutes(10), Duration.ZERO),
                now::get,
                pause -> {
                    pauses.add(pause);
                    now.updateAndGet(instant -> instant.plus(pause));
                });
        OverwritableDatabase live = new D1OverwritableDatabase(client, Optional.empty(), Duration.ofDays(30), now::get);
        AtomicInteger asked = new AtomicInteger();
        String bookmark = live.bookmark();
        for (int i = 0; i < 10; i++) {
            live.rewind(bookmark, asked::incrementAndGet);
        }

        HoldfastException refused = catchThrowableOfType(HoldfastException.class, live::bookmark);

        assertThat(refused.code()).isEqualTo(FailureCode.POINT_IN_TIME_UNAVAILABLE);
        assertThat(refused)
                .hasMessageContaining("10 Time Travel restores")
                .hasMessageContaining(first.plus(Duration.ofMinutes(10))
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
        assertThat(pauses).isEmpty();
        live.rewind(bookmark, asked::incrementAndGet);
        assertThat(pauses).containsExactly(Duration.ofMinutes(10));
        assertThat(asked).hasValue(11);
    }

    /** Restores of others, such as of the dashboard, are not known here. */
    @Test
    void aRestoreThatD1RefusesIsTriedAgainUntilTheLimitEnds() {
        Instant start = Instant.now();
        AtomicReference<Instant> now = new AtomicReference<>(start);
        d1.server.clock(now::get);
        String other = d1.server.create("other");
        d1.server.keepHistory(other, true);
        D1Client client = new D1Client(
                new D1Address(d1.server.endpoint(), D1Server.ACCOUNT, other),
                PasswordSupplier.from(d1::token),
                new D1Client.Patience(Duration.ofMinutes(10), Duration.ZERO),
                now::get,
                pause -> now.updateAndGet(instant -> instant.plus(pause)));
        OverwritableDatabase live = new D1OverwritableDatabase(client, Optional.empty(), Duration.ofDays(30), now::get);
        String bookmark = live.bookmark();
        d1.server.restoresByOthers(other, 10);

        live.rewind(bookmark, HELD);

        assertThat(now).hasValue(start.plus(Duration.ofMinutes(10)));
        now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(20)));
        d1.server.restoresByOthers(other, 10);
        IllegalStateException lost = new IllegalStateException("lease lost");
        AtomicInteger asked = new AtomicInteger();
        assertThat(catchThrowableOfType(
                        IllegalStateException.class,
                        () -> live.rewind(bookmark, () -> {
                            if (asked.incrementAndGet() == 2) {
                                throw lost;
                            }
                        })))
                .isSameAs(lost);
    }

    @Test
    void aTokenThatOnlyReadsWritesNothing() {
        stage();
        DatabaseContent before = live().content();
        d1.token(d1.server.token(D1Server.Right.READ));

        HoldfastException failure =
                catchThrowableOfType(HoldfastException.class, () -> live().overwrite(STAGING, HELD));

        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_PERMISSION_DENIED);
        assertThat(live().content()).isEqualTo(before);
        assertThat(live().isUntouched(new Checkpoint("", Instant.EPOCH, before)))
                .isTrue();
    }
}
