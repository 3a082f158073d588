package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DamageTest {
    private final MemoryObjectStore store = new MemoryObjectStore();
    private Bench bench;
    private Manifest manifest;

    @BeforeEach
    void backup() throws IOException {
        bench = new Bench(store);
        manifest = bench.capture(Shop.create());
    }

    @Test
    void aMissingChunkFailsTheReloadAndNamesItsTable() {
        store.delete(chunkOf("tickets"));

        HoldfastException holdfastException = reloadFails();

        assertThat(holdfastException.code()).isEqualTo(FailureCode.CHUNK_MISSING);
        assertThat(holdfastException.getMessage()).contains("app.tickets");
    }

    @Test
    void aCorruptChunkFailsTheReloadAndNamesItsTable() {
        String key = chunkOf("tickets");
        byte[] bytes = store.get(key).orElseThrow();
        bytes[bytes.length / 2] ^= 1;
        store.put(key, bytes);

        HoldfastException holdfastException = reloadFails();

        assertThat(holdfastException.code()).isEqualTo(FailureCode.CHUNK_CORRUPT);
        assertThat(holdfastException.getMessage()).contains("app.tickets");
    }

    @Test
    void aFailedReloadLeavesNoThreadAndNoConnection() {
        store.delete(chunkOf("tickets"));

        reloadFails();

        Crews.assertGone();
        Servers.awaitNoBackends(bench.lastCopy);
    }

    private HoldfastException reloadFails() {
        return catchThrowableOfType(HoldfastException.class, () -> bench.reload(manifest));
    }

    private String chunkOf(String name) {
        BackupContents.Table table = manifest.contents().tables().stream()
                .filter(t -> t.name().name().equals(name))
                .findFirst()
                .orElseThrow();
        String chunk = table.extents().getFirst().chunk().toString();
        return store.list("sources/")
                .map(StoredObject::key)
                .filter(key -> key.contains(chunk))
                .findFirst()
                .orElseThrow();
    }
}
