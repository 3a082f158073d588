package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.Databases;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exclusive locks of an application, again and again: backups succeed, and the application hardly waits. */
@Timeout(240)
class TruncateLoopTest {
    /** The aim of one second, and a reserve for a loaded machine. */
    private static final Duration LONGEST = Duration.ofMillis(2500);

    private static final int BACKUPS = 12;

    private final DatabaseAddress address = Databases.fresh();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicInteger rounds = new AtomicInteger();

    private CompletableFuture<Void> loop(String transaction) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            Connection connection = Databases.connect(address);
            try {
                while (!stop.get()) {
                    long begun = System.nanoTime();
                    Sql.run(connection, transaction);
                    longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
                    rounds.incrementAndGet();
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
                ended.complete(null);
            } catch (SQLException e) {
                ended.completeExceptionally(e);
            } finally {
                ConnectionFactory.close(connection);
            }
        });
        return ended;
    }

    private void hardlyWaited(CompletableFuture<Void> loop) throws Exception {
        stop.set(true);
        loop.get(60, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(longest.get())).isLessThan(LONGEST);
    }

    @Test
    @Tag("slow")
    void backupsOfATableThatIsTruncatedAllTheTimeSucceed() throws Exception {
        Databases.sql(
                address,
                "CREATE TABLE staging (id serial PRIMARY KEY, v text); CREATE TABLE other AS SELECT generate_series(1, 1000) id");
        CompletableFuture<Void> loop =
                loop("BEGIN; TRUNCATE public.staging; INSERT INTO public.staging (v) SELECT 'v' || g"
                        + " FROM generate_series(1, 10) g; COMMIT");
        Awaitility.await().until(() -> rounds.get() > 2);

        for (int i = 0; i < BACKUPS; i++) {
            try (Snapshot snapshot = Databases.open(address)) {
                snapshot.dumpSchema(OutputStream.nullOutputStream());
                var prints = Databases.fingerprints(snapshot);
                assertThat(prints.get(new QualifiedName("public", "staging")))
                        .isNotNull()
                        .satisfies(print -> assertThat(print.rows()).isEqualTo(10));
            }
        }

        hardlyWaited(loop);
    }

    /** A migration locks one table for long: sessions that truncate another must not wait for the migration. */
    @Test
    void aLockThatIsHeldForLongIsWaitedForWithoutAnyOther() throws Exception {
        Databases.sql(address, "CREATE TABLE a (id int); CREATE TABLE b (id int); INSERT INTO b VALUES (1)");
        Connection migration = Databases.connect(address);
        Sql.run(migration, "BEGIN; ALTER TABLE public.b ADD x int");
        CompletableFuture<Void> loop = loop("TRUNCATE public.a");
        CompletableFuture<Long> backup = CompletableFuture.supplyAsync(() -> {
            try (Snapshot snapshot = Databases.open(address)) {
                return (long) Databases.fingerprints(snapshot).size();
            }
        });
        int before = rounds.get();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> rounds.get() > before + 60);
        assertThat(backup).isNotDone();

        Sql.run(migration, "COMMIT");
        ConnectionFactory.close(migration);

        assertThat(backup.get(60, TimeUnit.SECONDS)).isEqualTo(2);
        hardlyWaited(loop);
    }

    @Test
    void theTableAndTheStatementInTheWayAreNamedAndLiteralsAreNot() throws SQLException {
        Databases.sql(address, "CREATE TABLE a (id int); CREATE TABLE b (id text)");
        Connection migration = Databases.connect(address);
        Sql.run(migration, "BEGIN; TRUNCATE public.b");
        Sql.run(migration, "INSERT INTO public.b VALUES ('geheim', $$geheim$$)".replace(", $$geheim$$", ""));

        assertThatThrownBy(() -> Databases.ENGINE.open(
                        address, PasswordSupplier.none(), Databases.OPTIONS.withLockTimeout(Duration.ofSeconds(1))))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_LOCK_TIMEOUT))
                .hasMessageContaining("public.b is locked by process")
                .hasMessageContaining("INSERT INTO public.b VALUES (…)")
                .message()
                .doesNotContain("geheim");
        ConnectionFactory.close(migration);
    }
}
