package io.holdfast.engine.d1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.d1.D1Fault;
import io.holdfast.devstack.d1.D1Server;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.d1.client.D1Address;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.testsupport.engine.Copies;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way in which D1 fails has its own failure, and what only passes is tried again. */
class D1FailuresTest {
    private static final SnapshotOptions OPTIONS = SnapshotOptions.defaults().withLockTimeout(Duration.ofSeconds(1));

    @TempDir
    Path directory;

    private D1Fixture d1;

    @BeforeEach
    void start() {
        d1 = new D1Fixture(directory);
        d1.sql("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
    }

    @AfterEach
    void stop() {
        d1.close();
    }

    private HoldfastException failure() {
        HoldfastException failure = catchThrowableOfType(
                HoldfastException.class, () -> d1.source().open(OPTIONS).close());
        assertThat(failure.reason().toString()).doesNotContain(d1.token());
        assertThat(d1.source().toString()).doesNotContain(d1.token());
        return failure;
    }

    private Copies.Copy copy() {
        try (Snapshot snapshot = d1.source().open(OPTIONS)) {
            return Copies.of(snapshot);
        }
    }

    @Test
    void anUnknownTokenIsAFailureOfAuthentication() {
        d1.server.revoke(d1.token());

        assertThat(failure().code()).isEqualTo(FailureCode.SOURCE_AUTHENTICATION_FAILED);
    }

    @Test
    void aTokenWithoutTheRightIsNamedWithTheRight() {
        d1.token(d1.server.token(D1Server.Right.NONE));

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_PERMISSION_DENIED);
        assertThat(failure).hasMessageContaining("D1 Read").hasMessageContaining(D1Server.ACCOUNT);
    }

    @Test
    void aTokenWithALineEndIsNoRequest() {
        d1.token("abc\ndef");

        assertThat(failure().code()).isEqualTo(FailureCode.CONFIG_INVALID);
    }

    @Test
    void aBlockedTokenIsToldUntilWhen() {
        d1.server.limitRequests(0, Duration.ofHours(1));

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE);
        assertThat(failure).hasMessageContaining("used up until 20");
        assertThat(D1Engine.remainingRequests()).containsEntry(D1Server.ACCOUNT, 0);
        d1.server.requests();
        assertThat(failure()).hasMessageContaining("used up until 20");
        assertThat(d1.server.requests()).as("a blocked token makes no request").isEmpty();
    }

    @Test
    void aShortBlockIsWaitedFor() {
        AtomicInteger left = new AtomicInteger(1);
        d1.server.limitRequests(1, Duration.ofSeconds(1));
        d1.server.before(request -> {
            if (left.getAndDecrement() < 0) {
                d1.server.limitRequests(1000, Duration.ofSeconds(1));
            }
        });

        assertThat(copy().rows()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HUGE")
    void whatPassesIsTriedAgain(D1Fault fault) {
        d1.server.fail(fault, fault);

        assertThat(copy().rows()).hasSize(1);
    }

    @Test
    void anExportThatDoesNotEndIsALockTimeout() {
        d1.server.fail(Collections.nCopies(30, D1Fault.EXPORTING).toArray(D1Fault[]::new));

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_LOCK_TIMEOUT);
        assertThat(failure).hasMessageContaining("export");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTML", "OVERLOADED"})
    void whatDoesNotPassEndsAfterSomeTries(D1Fault fault) {
        d1.server.fail(Collections.nCopies(30, fault).toArray(D1Fault[]::new));

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE);
        assertThat(failure).hasMessageContaining(fault == D1Fault.HTML ? "web page" : "overloaded");
        assertThat(d1.server.requests()).hasSizeBetween(3, 8);
    }

    @Test
    void aServerThatIsGoneIsUnreachable() {
        d1.server.close();

        assertThat(failure().code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE);
    }

    @Test
    void aRowThatNoAnswerHoldsIsTooLarge() {
        d1.sql("INSERT INTO t VALUES (3, hex(zeroblob(200000)))");
        d1.server.limitAnswers(100_000);

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_VALUE_TOO_LARGE);
    }

    @Test
    void anAnswerOfMoreThanFiftyMegabytesIsNotReadAndLessIsAskedFor() {
        onceAtPage(1, () -> d1.server.fail(D1Fault.HUGE));

        assertThat(copy().rows()).hasSize(1);

        d1.server.requests();
        d1.server.fail(Collections.nCopies(30, D1Fault.HUGE).toArray(D1Fault[]::new));
        assertThat(failure().code()).isEqualTo(FailureCode.SOURCE_VALUE_TOO_LARGE);
        assertThat(d1.server.requests()).hasSizeLessThan(20);
    }

    @Test
    void anEndpointThatRefusesEveryRequestEndsTheBackup() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        d1.server.limitRequests(0, Duration.ofMinutes(1));
        D1Client client = new D1Client(
                new D1Address(d1.server.endpoint(), D1Server.ACCOUNT, d1.database),
                PasswordSupplier.from(d1::token),
                new D1Client.Patience(Duration.ofMinutes(10), Duration.ZERO),
                now::get,
                pause -> now.updateAndGet(instant -> instant.plus(pause)));
        d1.server.clock(now::get);

        HoldfastException failure = catchThrowableOfType(HoldfastException.class, client::describe);

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE);
        assertThat(failure).hasMessageContaining("too many requests");
        assertThat(d1.server.requests()).hasSizeLessThan(20);
    }

    @Test
    void aTokenThatIsRotatedMeanwhileIsPickedUp() {
        many();
        String old = d1.token();
        String next = d1.server.token(D1Server.Right.READ);
        onceAtPage(3, () -> {
            d1.server.revoke(old);
            d1.token(next);
        });

        assertThat(copy().fingerprints().values()).anyMatch(print -> print.rows() == 6000);
    }

    @Test
    void aDatabaseThatIsDeletedMeanwhileIsUnreachable() {
        many();
        onceAtPage(3, () -> d1.server.delete(d1.database));

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE);
        assertThat(failure).hasMessageContaining("was it deleted");
    }

    @ParameterizedTest
    @EnumSource
    void definitionsThatChangeBetweenPagesAreReadAgain(Change change) {
        many();
        onceAtPage(3, () -> d1.sql(change.sql));

        Copies.Copy copy = copy();

        assertThat(copy.shape().tables().stream()
                        .filter(table -> table.name().name().equals("many"))
                        .findFirst()
                        .map(table -> table.columns().size()))
                .hasValue(change.columns);
    }

    enum Change {
        ADD("ALTER TABLE many ADD COLUMN later DEFAULT 7", 3),
        DROP("ALTER TABLE many DROP COLUMN v", 1),
        RENAME("ALTER TABLE many RENAME COLUMN v TO w", 2);

        private final String sql;
        private final int columns;

        Change(String sql, int columns) {
            this.sql = sql;
            this.columns = columns;
        }
    }

    @Test
    void aWriteBetweenPagesIsNeverHalfInTheBackup() {
        many();
        onceAtPage(3, () -> d1.sql("UPDATE many SET v = 'after'"));

        Copies.Copy copy = copy();

        String rows = new String(
                copy.rows().entrySet().stream()
                        .filter(entry -> entry.getKey().name().equals("many"))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElseThrow(),
                java.nio.charset.StandardCharsets.UTF_8);
        assertThat(rows.lines()).hasSize(6000).allMatch(row -> row.endsWith("\tt" + "after"));
    }

    @Test
    void writesThatNeverEndFailAStrictBackupAndMakeAnOtherOnePartial() {
        many();
        d1.server.bookmarksMove(d1.database, true);

        HoldfastException failure = failure();

        assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_CHANGED);
        assertThat(failure).hasMessageContaining("d1.consistency: per-table");
        try (Snapshot snapshot = d1.source(d1.database, Consistency.PER_TABLE).open(OPTIONS)) {
            assertThat(snapshot.dumpSchema(java.io.OutputStream.nullOutputStream()))
                    .extracting(finding -> finding.object())
                    .containsExactlyInAnyOrder("t", "many");
            assertThat(Copies.of(snapshot).fingerprints().values()).anyMatch(print -> print.rows() == 6000);
        }
    }

    @Test
    void aCheckSaysWhetherABackupCouldOpen() {
        assertThat(d1.source().check(BackupScope.everything()).serverVersion()).isEqualTo("D1 production");
        d1.server.revoke(d1.token());
        assertThat(catchThrowableOfType(
                                HoldfastException.class, () -> d1.source().check(BackupScope.everything()))
                        .code())
                .isEqualTo(FailureCode.SOURCE_AUTHENTICATION_FAILED);
    }

    private void many() {
        d1.sql(
                "CREATE TABLE many (id INTEGER PRIMARY KEY, v)",
                "INSERT INTO many WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 6000)"
                        + " SELECT i, 'before' FROM i");
        d1.server.limitAnswers(60_000);
    }

    /** Before this request that reads rows. */
    private void onceAtPage(int number, Runnable act) {
        List<String> pages = new ArrayList<>();
        d1.server.before(request -> {
            if (request.endsWith("/raw")) {
                pages.add(request);
                if (pages.size() == number + 1) {
                    act.run();
                }
            }
        });
    }
}
