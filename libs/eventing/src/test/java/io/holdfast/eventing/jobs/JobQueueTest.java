package io.holdfast.eventing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.devstack.DevStackResource;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.PostgresNotificationListener;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DevStackResource.class)
class JobQueueTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Inject
    JobQueue jobQueue;

    @Inject
    TestJobs handler;

    @Inject
    TransactionRunner transactionRunner;

    @Inject
    DataSource database;

    @Inject
    JobTable table;

    @Inject
    FencedTransactions fencedTransactions;

    @Inject
    JobsConfig config;

    @Inject
    LiveConfig live;

    @Inject
    Tracing tracing;

    @Inject
    MeterRegistry meters;

    @Inject
    Instance<JobHandler> handlers;

    @Test
    void aJobIsDoneAndItsEffectCommittedWithIt() {
        String subject = subject();
        handler.work.put(subject, lease -> lease.complete(insert(subject)));

        enqueue(subject);

        awaitState(subject, "DONE");
        assertThat(demos(subject)).isEqualTo(1);
    }

    @Test
    void ofTwoReplicasOneWorksOnEachJob() throws InterruptedException {
        List<String> subjects = Stream.generate(JobQueueTest::subject).limit(40).toList();
        JobWorkers second = replica();
        try {
            subjects.forEach(this::enqueue);
            subjects.forEach(subject -> awaitState(subject, "DONE"));
        } finally {
            second.stop(new ShutdownEvent());
        }

        assertThat(handler.started).filteredOn(subjects::contains).containsExactlyInAnyOrderElementsOf(subjects);
    }

    @Test
    void aWorkerThatLostItsLeaseIsInterruptedAndCommitsNothing() {
        String subject = subject();
        AtomicReference<Throwable> toldTheFirst = new AtomicReference<>();
        handler.work.put(subject, lease -> {
            if (lease.attempt() == 1) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    toldTheFirst.set(thrownBy(lease::ensureHeld));
                    // one that does not listen is fenced out by the database all the same
                    assertThatThrownBy(() -> fencedTransactions.run(
                                    new JobClaim(lease.jobId(), TestJobs.KIND, subject, lease.epoch(), 1, false),
                                    null,
                                    insert("stale-" + subject)))
                            .isInstanceOfSatisfying(
                                    HoldfastException.class,
                                    f -> assertThat(f.code()).isEqualTo(FailureCode.LEASE_LOST));
                    throw e;
                }
            }
            lease.complete(insert(subject));
        });
        enqueue(subject);
        await().atMost(PATIENCE).until(() -> handler.startsOf(subject).size() == 1);

        run("update job set lease_until = clock_timestamp() - interval '1 second' where subject = ?", subject);

        awaitState(subject, "DONE");
        await().atMost(PATIENCE).until(() -> toldTheFirst.get() != null);
        assertThat(toldTheFirst.get())
                .isInstanceOfSatisfying(
                        HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.LEASE_LOST));
        assertThat(text("select epoch from job where subject = ?", subject)).isEqualTo("2");
        assertThat(demos(subject)).isEqualTo(1);
        assertThat(demos("stale-" + subject)).isZero();
    }

    @Test
    void anExpiredLeaseCommitsNothingEvenIfNobodyTookTheJob() {
        String subject = subject();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        handler.work.put(subject, lease -> {
            if (lease.attempt() == 1) {
                run("update job set lease_until = clock_timestamp() - interval '1 second' where subject = ?", subject);
                thrown.set(thrownBy(() -> lease.commit(insert(subject))));
            }
        });

        enqueue(subject);

        awaitState(subject, "DONE");
        assertThat(thrown.get()).isInstanceOf(HoldfastException.class);
        assertThat(demos(subject)).isZero();
    }

    @Test
    void aDatabaseThatNeverAnswersLeavesTheOutcomeUnknownAndHoldsNobody() {
        String subject = subject();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        FencedTransactions impatient = new FencedTransactions(transactionRunner, config, Duration.ZERO);
        CompletableFuture<Integer> never = new CompletableFuture<>();
        handler.work.put(subject, lease -> {
            if (lease.attempt() == 1) {
                JobClaim claim = new JobClaim(lease.jobId(), TestJobs.KIND, subject, lease.epoch(), 1, false);
                thrown.set(thrownBy(() ->
                        impatient.run(claim, null, session -> Uni.createFrom().completionStage(never))));
                never.complete(1);
            }
            lease.complete(insert(subject));
        });

        enqueue(subject);

        await().atMost(PATIENCE).until(() -> thrown.get() != null);
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("unknown");
        awaitState(subject, "DONE");
    }

    @Test
    void longWorkKeepsItsLease() {
        String subject = subject();
        handler.work.put(subject, lease -> {
            boolean unused = new CountDownLatch(1).await(config.lease().toMillis() * 2, TimeUnit.MILLISECONDS);
            lease.complete(insert(subject));
        });

        enqueue(subject);

        awaitState(subject, "DONE");
        assertThat(handler.startsOf(subject)).hasSize(1);
        assertThat(demos(subject)).isEqualTo(1);
    }

    @Test
    void aRunningJobIsCancelledAndItsWorkerToldSo() {
        String subject = subject();
        AtomicReference<Throwable> told = new AtomicReference<>();
        handler.work.put(subject, lease -> {
            try {
                new CountDownLatch(1).await();
            } finally {
                told.set(thrownBy(lease::ensureHeld));
            }
        });
        enqueue(subject);
        await().atMost(PATIENCE).until(() -> handler.startsOf(subject).size() == 1);

        int asked = get(transactionRunner.run(session -> jobQueue.requestCancellation(session, subject)));

        awaitState(subject, "CANCELLED");
        assertThat(asked).isEqualTo(1);
        assertThat(told.get())
                .isInstanceOfSatisfying(
                        HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.CANCELLED));
        assertThat(handler.codeOf(subject)).isEqualTo(FailureCode.CANCELLED);
    }

    @Test
    void aWaitingJobIsCancelledWithoutARun() {
        String subject = subject();
        get(transactionRunner.run(session -> jobQueue.enqueue(session, TestJobs.KIND, subject, Duration.ofHours(1))));

        get(transactionRunner.run(session -> jobQueue.requestCancellation(session, subject)));

        awaitState(subject, "CANCELLED");
        assertThat(handler.startsOf(subject)).isEmpty();
        assertThat(handler.codeOf(subject)).isEqualTo(FailureCode.CANCELLED);
    }

    @Test
    void whatMayHelpIsTriedAgainAndWhatMayNotIsNot() {
        String unreachable = subject();
        String wrong = subject();
        handler.work.put(unreachable, lease -> {
            throw HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, "attempt " + lease.attempt());
        });
        handler.work.put(wrong, lease -> {
            throw HoldfastException.of(FailureCode.SOURCE_PERMISSION_DENIED, "no");
        });

        enqueue(unreachable);
        enqueue(wrong);

        awaitState(unreachable, "FAILED");
        awaitState(wrong, "FAILED");
        assertThat(handler.startsOf(unreachable)).hasSize(3);
        assertThat(handler.failures.get(unreachable)).hasMessage("attempt 3");
        assertThat(handler.startsOf(wrong)).hasSize(1);
        assertThat(handler.lastLooks).containsOnlyOnce(unreachable, wrong);
    }

    @Test
    void aPostponedJobWaitsInItsRowAndNoAttemptIsCounted() {
        String subject = subject();
        handler.work.put(subject, lease -> {
            if (lease.epoch() < 6) {
                lease.postpone(Duration.ofMillis(10), insert(subject));
            }
        });

        enqueue(subject);

        awaitState(subject, "DONE");
        assertThat(handler.startsOf(subject)).hasSize(6);
        assertThat(text("select count(*) || ' ' || max(attempts) from job where subject = ?", subject))
                .isEqualTo("1 1");
        assertThat(demos(subject)).isEqualTo(5);
    }

    @Test
    void aPostponedJobThatIsBroughtForwardIsDueAtOnce() throws SQLException {
        String subject = subject();
        handler.work.put(subject, lease -> {
            if (lease.epoch() == 1) {
                lease.postpone(Duration.ofHours(1), insert(subject));
            }
        });
        enqueue(subject);
        await().atMost(PATIENCE).until(() -> demos(subject) == 1);
        awaitState(subject, "WAITING");

        try (Connection connection = database.getConnection()) {
            PostgresNotificationListener postgresNotificationListener =
                    PostgresNotificationListener.listen(connection, "job");
            transactionRunner
                    .run(session -> jobQueue.bringForward(session, subject))
                    .await()
                    .indefinitely();
            assertThat(postgresNotificationListener.await(PATIENCE, () -> true))
                    .as("a signal")
                    .isTrue();
        }

        awaitState(subject, "DONE");
        assertThat(handler.startsOf(subject)).hasSize(2);
    }

    @Test
    void ofTheSameWorkOnlyOneJobWaitsAndARunningOneDoesNotCount() throws InterruptedException {
        String subject = subject();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch queued = new CountDownLatch(1);
        handler.work.put(subject, lease -> {
            running.countDown();
            queued.await();
        });
        enqueueOnce(subject);
        assertThat(running.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        // in one transaction, so that no worker takes the first one in between
        transactionRunner
                .run(session -> jobQueue.enqueueOnce(session, TestJobs.KIND, subject)
                        .chain(() -> jobQueue.enqueueOnce(session, TestJobs.KIND, subject)))
                .await()
                .indefinitely();
        queued.countDown();

        await().atMost(PATIENCE).until(() -> handler.startsOf(subject).size() == 2);
        assertThat(text("select cast(count(*) as text) from job where subject = ?", subject))
                .isEqualTo("2");
    }

    private void enqueueOnce(String subject) {
        transactionRunner
                .run(session -> jobQueue.enqueueOnce(session, TestJobs.KIND, subject))
                .await()
                .indefinitely();
    }

    @Test
    void defectsExhaustTheAttempts() {
        String subject = subject();
        handler.work.put(subject, lease -> {
            throw new IllegalStateException("a defect");
        });

        enqueue(subject);

        awaitState(subject, "FAILED");
        assertThat(handler.startsOf(subject)).hasSize(3);
        assertThat(handler.codeOf(subject)).isEqualTo(FailureCode.ATTEMPTS_EXHAUSTED);
        assertThat(handler.failures.get(subject))
                .hasMessageContaining("java.lang.IllegalStateException")
                .hasMessageNotContaining("a defect");
    }

    @Test
    void aJobWhoseWorkersAllDiedIsGivenUp() {
        String subject = subject();
        UUID id = UUID.randomUUID();

        run(
                "insert into job (id, kind, subject, state, epoch, attempts, lease_until)"
                        + " values (?, 'test', ?, 'RUNNING', 3, 3, clock_timestamp() - interval '1 second')",
                id,
                subject);

        awaitState(subject, "FAILED");
        assertThat(handler.startsOf(subject)).isEmpty();
        assertThat(handler.lastLooks).contains(subject);
        assertThat(handler.codeOf(subject)).isEqualTo(FailureCode.ATTEMPTS_EXHAUSTED);
    }

    @Test
    void aStoppingReplicaGivesItsJobsBackAtOnce() throws InterruptedException {
        String subject = subject();
        CountDownLatch go = new CountDownLatch(1);
        handler.work.put(subject, lease -> {
            go.await();
            lease.complete(insert(subject));
        });
        long before = System.nanoTime();
        JobWorkers leaving = replica();
        List<String> fillers = Stream.generate(JobQueueTest::subject).limit(8).toList();
        fillers.forEach(filler -> handler.work.put(filler, lease -> go.await()));
        fillers.forEach(this::enqueue);
        enqueue(subject);
        await().atMost(PATIENCE)
                .until(() -> fillers.stream()
                                .mapToInt(f -> handler.startsOf(f).size())
                                .sum()
                        == 8);

        leaving.stop(new ShutdownEvent());
        String waiting = text("select count(*) from job where state = 'WAITING' and attempts = 0 and kind = ?", "test");
        go.countDown();

        fillers.forEach(filler -> awaitState(filler, "DONE"));
        awaitState(subject, "DONE");
        assertThat(Integer.parseInt(waiting)).isGreaterThanOrEqualTo(4);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PATIENCE);
        assertThat(fillers)
                .allSatisfy(filler -> assertThat(text("select attempts from job where subject = ?", filler))
                        .isEqualTo("1"));
    }

    @Test
    void anOutageOfTheVaultUsesUpNoAttempts() {
        String subject = subject();
        handler.work.put(subject, lease -> {
            if (handler.startsOf(subject).size() <= handler.maxAttempts() + 1) {
                throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the vault is away");
            }
            lease.complete(insert(subject));
        });

        enqueue(subject);

        awaitState(subject, "DONE");
        assertThat(demos(subject)).isEqualTo(1);
        assertThat(text("select attempts from job where subject = ?", subject)).isEqualTo("1");
    }

    @Test
    void anOutageThatOutlastsRetryForFailsTheJobWithItsReason() {
        String subject = subject();
        handler.work.put(subject, lease -> {
            throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the vault is away");
        });

        enqueue(subject);

        awaitState(subject, "FAILED");
        assertThat(handler.codeOf(subject)).isEqualTo(FailureCode.VAULT_UNREACHABLE);
        assertThat(handler.startsOf(subject)).hasSizeGreaterThan(handler.maxAttempts());
    }

    @Test
    void aJobThatAwaitsTheEndOfAnOutageIsCancelledAtOnce() {
        String subject = subject();
        handler.work.put(subject, lease -> {
            throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the vault is away");
        });
        enqueue(subject);
        await().atMost(PATIENCE)
                .until(() -> text("select outage_since is not null from job where subject = ?", subject)
                        .equals("t"));

        get(transactionRunner.run(session -> jobQueue.requestCancellation(session, subject)));

        awaitState(subject, "CANCELLED");
        assertThat(handler.codeOf(subject)).isEqualTo(FailureCode.CANCELLED);
    }

    @Test
    void waitsDoubleDuringAnOutageAndTheLastAttemptIsAtTheLimit() {
        Duration hour = Duration.ofHours(1);
        Duration second = Duration.ofSeconds(1);

        assertThat(JobAttempt.afterWaiting(Duration.ZERO, hour, second)).isEqualTo(second);
        assertThat(JobAttempt.afterWaiting(Duration.ofSeconds(20), hour, second))
                .isEqualTo(Duration.ofSeconds(20));
        assertThat(JobAttempt.afterWaiting(Duration.ofMinutes(30), hour, second))
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(JobAttempt.afterWaiting(hour.minusSeconds(5), hour, second)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aShortenedIntervalOfARecurringJobCountsFromTheNextStart() {
        String kind = "recurring-" + subject();
        RecurringJobStore store = new RecurringJobStore(database);
        store.known(kind, Duration.ofDays(1));
        run("update job set run_after = clock_timestamp() + interval '1 day' where kind = ?", kind);

        store.known(kind, Duration.ofHours(1));
        String shortened =
                text("select run_after < clock_timestamp() + interval '61 minutes' from job where kind = ?", kind);
        store.known(kind, Duration.ofDays(2));

        assertThat(shortened).isEqualTo("t");
        assertThat(text("select run_after < clock_timestamp() + interval '61 minutes' from job where kind = ?", kind))
                .isEqualTo("t");
    }

    private JobWorkers replica() {
        JobWorkers replica = new JobWorkers(
                database,
                table,
                new Heartbeat(database, table, config, meters),
                fencedTransactions,
                config,
                live,
                tracing,
                handlers);
        replica.start(new StartupEvent());
        return replica;
    }

    private void enqueue(String subject) {
        get(transactionRunner.run(session -> jobQueue.enqueue(session, TestJobs.KIND, subject)));
    }

    private static java.util.function.Function<Mutiny.Session, Uni<Integer>> insert(String name) {
        return session -> session.createNativeQuery(
                        "insert into demo (id, name, effects, version) values (gen_random_uuid(), ?1, 1, 0)")
                .setParameter(1, name)
                .executeUpdate();
    }

    private int demos(String name) {
        return Integer.parseInt(text("select count(*) from demo where name = ?", name));
    }

    private void awaitState(String subject, String state) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThat(text("select state from job where subject = ?", subject))
                        .isEqualTo(state));
    }

    private static String subject() {
        return UUID.randomUUID().toString();
    }

    private static Throwable thrownBy(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            return e;
        }
        return new AssertionError("nothing was thrown");
    }

    private static <T> T get(Uni<T> uni) {
        return uni.subscribeAsCompletionStage().join();
    }

    private String text(String select, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(select)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? String.valueOf(row.getString(1)) : "";
            }
        } catch (SQLException e) {
            throw new IllegalStateException(select, e);
        }
    }

    private void run(String sql, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
