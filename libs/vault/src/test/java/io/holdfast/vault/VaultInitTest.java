package io.holdfast.vault;

import static io.holdfast.vault.TestVault.assertFails;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.crypto.KeyEncryptionKey;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class VaultInitTest {
    private final ObjectStore store = new MemoryObjectStore();
    private final KeyEncryptionKey key = TestVault.key();

    @Test
    void anInitialisedVaultOpensWithItsId() {
        UUID id = Vault.init(store, key).id();

        assertThat(Vault.open(store, key).id()).isEqualTo(id);
        assertThat(store.list("").map(o -> o.key()))
                .containsExactly("keys/chunk-id.json", "keys/data.json", "keys/signing.json", "vault.json");
    }

    @Test
    void nothingThereIsAMissingVaultWithTheWayToMakeOne() {
        assertFails(FailureCode.VAULT_MISSING, () -> Vault.open(store, key), "vault init");
    }

    @Test
    void somebodyElsesObjectsAreLeftAlone() {
        store.put("holiday.jpg", new byte[] {1});

        assertFails(FailureCode.VAULT_NOT_EMPTY, () -> Vault.init(store, key));
        assertThat(store.list("").map(o -> o.key())).containsExactly("holiday.jpg");
    }

    @Test
    void anotherKeyDoesNotOpenIt() {
        Vault.init(store, key);

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.open(store, TestVault.key()));
        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.init(store, TestVault.key()));
    }

    @Test
    void anUnknownFormatIsRefused() {
        Vault.init(store, key);
        String json = new String(store.get("vault.json").orElseThrow(), UTF_8);

        store.put("vault.json", json.replace("\"format\" : 1", "\"format\" : 2").getBytes(UTF_8));
        assertFails(FailureCode.VAULT_UNKNOWN_FORMAT, () -> Vault.open(store, key), "format 2");

        store.put("vault.json", json.replace("AES256-GCM", "ROT13").getBytes(UTF_8));
        assertFails(FailureCode.VAULT_UNKNOWN_FORMAT, () -> Vault.open(store, key), "ROT13");

        store.put("vault.json", "not json".getBytes(UTF_8));
        assertFails(FailureCode.VAULT_UNKNOWN_FORMAT, () -> Vault.open(store, key));

        store.put("vault.json", "{\"format\":1}".getBytes(UTF_8));
        assertFails(FailureCode.VAULT_UNKNOWN_FORMAT, () -> Vault.open(store, key));
    }

    @Test
    void aSwappedVaultIdIsNoticed() {
        Vault vault = Vault.init(store, key);
        String json = new String(store.get("vault.json").orElseThrow(), UTF_8);

        store.put(
                "vault.json",
                json.replace(vault.id().toString(), UUID.randomUUID().toString())
                        .getBytes(UTF_8));

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.open(store, key));
    }

    @Test
    void aLostKeysetIsNotReplacedOnceThereAreBackups() {
        TestVault made = new TestVault(store);
        made.backup(Rows.of(1, 10));

        store.delete("keys/data.json");

        assertFails(FailureCode.VAULT_KEY_MISSING, () -> Vault.open(store, made.key), "keys/data.json");
        assertFails(FailureCode.VAULT_KEY_MISSING, () -> Vault.init(store, made.key));
        assertThat(store.get("keys/data.json")).isEmpty();
    }

    @Test
    void anInterruptedMakingIsCompleted() {
        UUID id = Vault.init(store, key).id();
        store.delete("keys/data.json");
        store.delete("keys/signing.json");

        assertThat(Vault.init(store, key).id()).isEqualTo(id);
        assertThat(Vault.open(store, key).id()).isEqualTo(id);
    }

    @Test
    void aStoreThatIgnoresConditionalWritesIsRefused() {
        ObjectStore careless = new FaultyStore(store) {
            @Override
            public boolean putIfAbsent(String key, byte[] bytes) {
                put(key, bytes);
                return true;
            }
        };

        assertFails(FailureCode.CONFIG_INVALID, () -> Vault.init(careless, key), "If-None-Match");
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void racingMakersGetOneVault() throws Exception {
        for (int round = 0; round < 20; round++) {
            ObjectStore shared = new MemoryObjectStore();
            List<Vault> vaults = race(shared);

            assertThat(vaults)
                    .extracting(Vault::id)
                    .containsOnly(vaults.getFirst().id());
            byte[] sealed = vaults.getFirst().context().sealer().seal("k", "hello");
            for (Vault vault : vaults) {
                assertThat(vault.context().sealer().open("k", sealed, String.class))
                        .isEqualTo("hello");
            }
        }
    }

    private List<Vault> race(ObjectStore shared) throws Exception {
        int racers = 4;
        CyclicBarrier start = new CyclicBarrier(racers);
        List<Future<Vault>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < racers; i++) {
                all.add(threads.submit(() -> {
                    start.await();
                    return Vault.init(shared, key);
                }));
            }
        }
        return all.stream().map(Future::resultNow).toList();
    }
}
