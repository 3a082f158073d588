package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalArchiveTest {
    @Test
    void objectsThatTheServerIsStillWritingAreIgnored(@TempDir Path folder) {
        ObjectStore store = new MemoryObjectStore();
        Vault vault = Vault.init(store, KeyFile.create(folder.resolve("vault.key"), store));
        WalArchive archive = WalArchive.of(vault, SourceId.next(InstantSource.system()), "7000000000000000001");
        for (String name : List.of(
                "segments/000000010000000000000003",
                "partials/000000010000000000000004",
                "index/0000000100000000.json",
                "proofs/instant.json")) {
            archive.files().replace(name + "-99ad8104-4b27-48e3-9f44-e5f7d726b4fe", new byte[] {1});
        }

        WalIndex index = archive.index();

        assertThat(archive.newest()).isEmpty();
        assertThat(index.segments()).isEmpty();
        assertThat(index.partials()).isEmpty();
        assertThat(new RecoveryProofs(archive.files()).list()).isEmpty();
    }
}
