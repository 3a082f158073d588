package io.holdfast.vault;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.crypto.KeyEncryptionKey;
import io.holdfast.vault.crypto.VaultKeyProvider;
import io.holdfast.vault.format.VaultHeader;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/** Makes vaults. */
final class VaultInit {
    private VaultInit() {}

    static Vault init(ObjectStore store, KeyEncryptionKey key) {
        VaultHeader header = VaultHeader.read(store).orElseGet(() -> create(store));
        if (hasBackups(store)) {
            // keysets that are lost must not be replaced: nothing that is here would open with new ones
            return Vault.open(store, key);
        }
        return new Vault(store, header.id(), key, VaultKeyProvider.createOrAdopt(store, header.id(), key));
    }

    private static VaultHeader create(ObjectStore store) {
        Predicate<StoredObject> foreign =
                o -> !o.key().startsWith(VaultLayout.PROBE) && !o.key().equals(VaultLayout.VAULT);
        if (store.page("", "").objects().stream().anyMatch(foreign)) {
            return VaultHeader.read(store)
                    .orElseThrow(() -> HoldfastException.of(
                            FailureCode.VAULT_NOT_EMPTY,
                            store.describe() + " has objects but no vault.json; choose an empty bucket or prefix"));
        }
        probeConditionalWrites(store);
        VaultHeader fresh = VaultHeader.fresh(InstantSource.system().instant());
        return store.putIfAbsent(VaultLayout.VAULT, fresh.bytes())
                ? fresh
                : VaultHeader.read(store).orElseThrow();
    }

    private static void probeConditionalWrites(ObjectStore store) {
        if (!honoursConditions(store)) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    store.describe() + " ignores conditional writes (If-None-Match), which the vault relies on;"
                            + " use a server that implements them");
        }
    }

    static List<String> lacks(ObjectStore store) {
        List<String> lacks = new ArrayList<>(store.abilities().lacks());
        if (!honoursConditions(store)) {
            lacks.add("the store ignores conditional writes: two writers of one backup can overwrite each other");
        }
        return lacks;
    }

    /** A store that ignores If-None-Match would let two commits overwrite each other: better known now. */
    private static boolean honoursConditions(ObjectStore store) {
        String key = VaultLayout.PROBE + UUID.randomUUID();
        store.putIfAbsent(key, "first".getBytes(StandardCharsets.US_ASCII));
        boolean overwritten = store.putIfAbsent(key, "second".getBytes(StandardCharsets.US_ASCII));
        store.delete(key);
        return !overwritten;
    }

    private static boolean hasBackups(ObjectStore store) {
        return !store.page(VaultLayout.SOURCES, "").objects().isEmpty();
    }
}
