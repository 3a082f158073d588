package io.holdfast.engine.d1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.inplace.Checkpoint;
import io.holdfast.engine.inplace.DatabaseContent;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.testsupport.engine.Copies;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A D1 database in use is overwritten by a backup, and goes back to an earlier state. */
class D1InPlaceTest {
    private static final String STAGING = "holdfast_restore_0197f0c46a2e7b1c9d550b6d4d2f1a77_1";
    private static final Runnable HELD = () -> {};

    @TempDir
    Path directory;

    private D1Fixture d1;

    @BeforeEach
    void start() {
        d1 = new D1Fixture(directory);
        d1.token(d1.server.token(D1Server.Right.WRITE));
        d1.server.keepHistory(d1.database, true);
        d1.sql(
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
                "INSERT INTO found VALUES ('words to be found')");
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

        live().rewind(before.bookmark());

        assertThat(live().content()).isEqualTo(before.content());
        live().overwrite(STAGING, HELD);
        assertThat(live().content()).isEqualTo(then);
        live().rewind(before.bookmark());
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

        String previous = live().rewind(live().bookmarkAt(instant));

        assertThat(live().content()).isEqualTo(then);
        live().rewind(previous);
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
