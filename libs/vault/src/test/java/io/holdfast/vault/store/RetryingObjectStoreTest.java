package io.holdfast.vault.store;

import static io.holdfast.vault.store.ObjectStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RetryingObjectStoreTest {
    private static final RetryPolicy POLICY = new RetryPolicy(4, Duration.ofMillis(100), Duration.ofMillis(300));

    private final List<Duration> pauses = new ArrayList<>();

    @Test
    void aPassingFailureIsRepeated() {
        Flaky flaky = new Flaky(3, FailureCode.VAULT_UNREACHABLE, false);

        retrying(flaky).put("k", bytes("x"));

        assertThat(flaky.store.get("k")).hasValue(bytes("x"));
        assertThat(pauses).hasSize(3).allMatch(pause -> pause.compareTo(Duration.ofMillis(300)) <= 0);
    }

    @Test
    void itIsRepeatedABoundedNumberOfTimes() {
        Flaky flaky = new Flaky(100, FailureCode.VAULT_UNREACHABLE, false);

        assertThatThrownBy(() -> retrying(flaky).get("k")).isInstanceOf(HoldfastException.class);
        assertThat(flaky.calls).isEqualTo(4);
    }

    @Test
    void aRefusalIsNotRepeated() {
        Flaky flaky = new Flaky(100, FailureCode.VAULT_ACCESS_DENIED, false);

        assertThatThrownBy(() -> retrying(flaky).get("k")).isInstanceOf(HoldfastException.class);
        assertThat(flaky.calls).isEqualTo(1);
    }

    @Test
    void aConditionalPutWhoseAnswerGotLostIsOurs() {
        Flaky flaky = new Flaky(1, FailureCode.VAULT_UNREACHABLE, true);

        assertThat(retrying(flaky).putIfAbsent("k", bytes("mine"))).isTrue();
        assertThat(retrying(flaky).putIfAbsent("k", bytes("theirs"))).isFalse();
    }

    private RetryingObjectStore retrying(ObjectStore store) {
        return new RetryingObjectStore(store, POLICY, pauses::add);
    }

    /** Fails the first calls, before or after doing them. */
    private static final class Flaky extends FaultyStore {
        private final FailureCode code;
        private final boolean done;
        private int left;
        private int calls;

        Flaky(int times, FailureCode code, boolean done) {
            super(new MemoryObjectStore());
            this.left = times;
            this.code = code;
            this.done = done;
        }

        @Override
        protected void before(String verb, String key) {
            calls++;
            fail(!done);
        }

        @Override
        protected void after(String verb, String key) {
            fail(done);
        }

        private void fail(boolean now) {
            if (now && left > 0) {
                left--;
                throw HoldfastException.of(code, "as the test wants");
            }
        }
    }
}
