package io.holdfast.engine.postgres.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked for on a thread of its own is somebody's, or is dropped: a connection would stay open else. */
@Timeout(60)
class BackgroundTaskTest {
    private final BlockingQueue<String> dropped = new LinkedBlockingQueue<>();
    private final CountDownLatch slow = new CountDownLatch(1);

    @Test
    void whatIsTakenIsNotDropped() {
        try (BackgroundTask<String> backgroundTask = new BackgroundTask<>("asking", () -> "answer", dropped::add)) {
            assertThat(backgroundTask.take()).isEqualTo("answer");
        }

        assertThat(dropped).isEmpty();
    }

    @Test
    void whatNobodyTakesIsDropped() throws InterruptedException {
        CountDownLatch there = new CountDownLatch(1);
        BackgroundTask<String> backgroundTask = new BackgroundTask<>(
                "asking",
                () -> {
                    there.countDown();
                    return "answer";
                },
                dropped::add);
        there.await();

        backgroundTask.close();

        assertThat(dropped.poll(30, TimeUnit.SECONDS)).isEqualTo("answer");
    }

    @Test
    void whatComesWhenNobodyWaitsAnyMoreIsDropped() throws InterruptedException {
        new BackgroundTask<>("asking", this::deafToInterrupts, dropped::add).close();

        assertThat(dropped).isEmpty();
        slow.countDown();
        assertThat(dropped.poll(30, TimeUnit.SECONDS)).isEqualTo("late");
    }

    @Test
    void whoTakesWhatFailedFailsAlike() {
        HoldfastException holdfastException = HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, "no server there");
        try (BackgroundTask<String> backgroundTask = new BackgroundTask<>(
                "asking",
                () -> {
                    throw holdfastException;
                },
                dropped::add)) {
            assertThatThrownBy(backgroundTask::take)
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining("no server there");
        }
        assertThat(List.copyOf(dropped)).isEmpty();
    }

    @Test
    void whoWaitsMayBeInterrupted() {
        try (BackgroundTask<String> backgroundTask =
                new BackgroundTask<>("asking", this::deafToInterrupts, dropped::add)) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(backgroundTask::take)
                    .isInstanceOfSatisfying(
                            HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.CANCELLED));
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            slow.countDown();
        }
    }

    private String deafToInterrupts() {
        boolean waiting = true;
        while (waiting) {
            try {
                slow.await();
                waiting = false;
            } catch (InterruptedException e) {
                // as a server that has begun to answer
            }
        }
        return "late";
    }
}
