package io.holdfast.vault.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.vault.TestVault;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkInventoryDiffTest {
    private final TestVault test = new TestVault();

    /** A few are asked for one by one, many are listed. */
    @ParameterizedTest
    @ValueSource(ints = {3, 8, 9, 1100})
    void whatIsMissingOrOfAnotherSizeIsFound(int count) {
        List<StoredChunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StoredChunk chunk = new StoredChunk(new ChunkId(i, 2, 3, 4), 9, 5, 1 + i % 2);
            chunks.add(chunk);
            test.store.put(VaultLayout.chunk(test.source, chunk), new byte[5]);
        }
        StoredChunk gone = chunks.getFirst();
        StoredChunk cut = chunks.getLast();
        assertThat(problems(chunks)).isEmpty();

        test.store.delete(VaultLayout.chunk(test.source, gone));
        test.store.put(VaultLayout.chunk(test.source, cut), new byte[4]);

        assertThat(problems(chunks)).isEqualTo(Map.of(gone, ChunkFault.MISSING, cut, ChunkFault.WRONG_SIZE));
    }

    private Map<StoredChunk, ChunkFault> problems(List<StoredChunk> chunks) {
        return ChunkInventoryDiff.compare(test.vault.context(), test.source, chunks)
                .problems();
    }
}
