package io.holdfast.backup.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agroal.api.AgroalDataSource;
import io.holdfast.backup.BackupServiceStack;
import io.holdfast.backup.Backups;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(BackupServiceStack.class)
class BackupWorkerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Inject
    AgroalDataSource database;

    @Inject
    BackupWorker worker;

    @Inject
    TransactionRunner transactionRunner;

    @Test
    void aCancellationThatCameAfterTheCommitCameTooLate() throws SQLException {
        String id = Backups.stored("shop");
        becomesRunning(id);
        Lease cancelled = new CancelledInTheEnd(id);

        HoldfastException holdfastException =
                catchThrowableOfType(HoldfastException.class, () -> worker.run(cancelled));
        worker.beforeEnding(cancelled);
        transactionRunner
                .run(session -> worker.failed(cancelled, holdfastException, session))
                .await()
                .atMost(PATIENCE);

        assertThat(holdfastException.code()).isEqualTo(FailureCode.CANCELLED);
        assertThat(Backups.get(id).getString("state")).isEqualTo("STORED");
        assertThat(Backups.get(id).getLong("totals.rows")).isEqualTo(4000);
    }

    @Test
    void aWorkerThatDiedBetweenTheManifestAndItsWordLeavesABackupHoweverTheJobEnds() throws SQLException {
        String id = Backups.stored("shop");
        becomesRunning(id);
        Lease givenUp = new CancelledInTheEnd(id);
        HoldfastException exhausted = HoldfastException.of(FailureCode.ATTEMPTS_EXHAUSTED, "given up");

        worker.beforeEnding(givenUp);
        transactionRunner
                .run(session -> worker.failed(givenUp, exhausted, session))
                .await()
                .atMost(PATIENCE);

        assertThat(Backups.get(id).getString("state")).isEqualTo("STORED");
    }

    private void becomesRunning(String id) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(
                    "update backup set state = 'RUNNING', rows = 0, cancelled_by = 'somebody' where id = '" + id + "'");
        }
    }

    /** Held until the work wants to end. */
    private final class CancelledInTheEnd implements Lease {
        private final UUID job = UUID.randomUUID();
        private final String subject;

        CancelledInTheEnd(String subject) {
            this.subject = subject;
        }

        @Override
        public UUID jobId() {
            return job;
        }

        @Override
        public String subject() {
            return subject;
        }

        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public void ensureHeld() {}

        @Override
        public <T> T commit(Function<Mutiny.Session, Uni<T>> work) {
            return transactionRunner.run(work).await().atMost(PATIENCE);
        }

        @Override
        public <T> T complete(Function<Mutiny.Session, Uni<T>> work) {
            throw HoldfastException.of(FailureCode.CANCELLED, "cancelled");
        }

        @Override
        public <T> T postpone(Duration delay, Function<Mutiny.Session, Uni<T>> work) {
            throw HoldfastException.of(FailureCode.CANCELLED, "cancelled");
        }
    }
}
