package io.holdfast.vault.store;

import static io.holdfast.vault.store.ObjectStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.Troubles.Trouble;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real S3 server behind a bad network. Each test has connections of its own: one trouble for each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TroubledS3Test {
    private static final RetryPolicy QUICK = new RetryPolicy(4, Duration.ofMillis(1), Duration.ofMillis(5));

    private LocalS3 s3;
    private Troubles network;
    private ObjectStore store;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        s3 = LocalS3.start(folder);
    }

    @AfterAll
    void stop() {
        s3.close();
    }

    @BeforeEach
    void connect() throws IOException {
        network = new Troubles(s3.port());
        store = new RetryingObjectStore(S3ObjectStore.single(settings()), QUICK);
    }

    @AfterEach
    void disconnect() throws IOException {
        network.close();
        store.close();
    }

    private S3Settings settings() {
        return new S3Settings(
                URI.create("http://127.0.0.1:" + network.port()),
                "us-east-1",
                true,
                "vault",
                UUID.randomUUID().toString(),
                "local",
                "local-secret",
                Duration.ofMillis(1500));
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void aWriteComesThroughOnce(Trouble trouble) {
        network.order(trouble);

        store.put("k", bytes("value"));

        assertThat(network.met()).isEqualTo(1);
        assertThat(store.get("k")).hasValue(bytes("value"));
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void aConditionalWriteKnowsItsOwn(Trouble trouble) {
        network.order(trouble);

        assertThat(store.putIfAbsent("k", bytes("mine"))).isTrue();
        assertThat(store.putIfAbsent("k", bytes("theirs"))).isFalse();

        assertThat(network.met()).isEqualTo(1);
        assertThat(store.get("k")).hasValue(bytes("mine"));
    }

    @Test
    void aReadComesThroughAfterThreeTroubles() {
        network.order(Trouble.RESET, Trouble.SLOW_DOWN, Trouble.BROKEN_PROXY);

        assertThat(store.get("nothing")).isEmpty();
        assertThat(network.met()).isEqualTo(3);
    }

    @Test
    void aNetworkThatStaysBadIsUnreachable() {
        network.order(Collections.nCopies(20, Trouble.SLOW_DOWN).toArray(Trouble[]::new));

        assertThatThrownBy(() -> store.get("k"))
                .isInstanceOfSatisfying(
                        HoldfastException.class, f -> assertThat(f.code()).isEqualTo(FailureCode.VAULT_UNREACHABLE));
        assertThat(network.met()).isEqualTo(4);
    }

    @Test
    void aServerWithoutVersionsAndLocksSaysSo() {
        assertThat(store.abilities()).isEqualTo(StoreCapabilities.NONE);
        assertThat(store.abilities().lacks()).hasSize(2).anyMatch(s -> s.contains("object lock"));
    }
}
