package io.holdfast.transfer.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTasksTest {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch working = new CountDownLatch(1);
    private final AtomicBoolean ended = new AtomicBoolean();

    @Test
    void allResultsComeBack() {
        List<Callable<Integer>> tasks = IntStream.range(0, 100)
                .<Callable<Integer>>mapToObj(i -> () -> i)
                .toList();

        assertThat(ParallelTasks.run("testing", 3, tasks, stopped::countDown))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 100).boxed().toList());
        assertThat(stopped.getCount()).isEqualTo(1);
    }

    @Test
    void theFirstFailureIsTheOneThatIsToldAndNoTaskRunsOnAfterIt() {
        List<Callable<Integer>> tasks = List.of(this::deafToInterrupts, () -> {
            working.await();
            throw HoldfastException.about("orders", FailureCode.CHUNK_MISSING, "it is gone");
        });

        HoldfastException holdfastException = catchThrowableOfType(
                HoldfastException.class, () -> ParallelTasks.run("testing", 2, tasks, stopped::countDown));

        assertThat(holdfastException.code()).isEqualTo(FailureCode.CHUNK_MISSING);
        assertThat(ended).isTrue();
    }

    @Test
    void anInterruptedCallerIsCancelledAndNoTaskRunsOnAfterIt() {
        Thread caller = Thread.currentThread();
        List<Callable<Integer>> tasks = List.of(this::deafToInterrupts, () -> {
            working.await();
            caller.interrupt();
            return deafToInterrupts();
        });

        HoldfastException holdfastException = catchThrowableOfType(
                HoldfastException.class, () -> ParallelTasks.run("testing", 2, tasks, stopped::countDown));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(holdfastException.code()).isEqualTo(FailureCode.CANCELLED);
        assertThat(ended).isTrue();
    }

    @Test
    void aDefectIsAFailureThatSaysWhatItWas() {
        List<Callable<Integer>> tasks = List.of(() -> {
            throw new IllegalStateException("odd");
        });

        HoldfastException holdfastException = catchThrowableOfType(
                HoldfastException.class, () -> ParallelTasks.run("testing", 1, tasks, stopped::countDown));

        assertThat(holdfastException.code()).isEqualTo(FailureCode.INTERNAL);
        assertThat(holdfastException).hasMessageContaining("odd");
    }

    /** As a read of a socket is: only closing what it works on ends it. */
    private int deafToInterrupts() {
        working.countDown();
        boolean stop = false;
        while (!stop) {
            try {
                stopped.await();
                stop = true;
            } catch (InterruptedException e) {
                // nothing a socket would notice
            }
        }
        ended.set(true);
        return 0;
    }
}
