package io.holdfast.vault.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ChunkBufferPoolTest {
    private static final int MIB = 1 << 20;

    private final ChunkBufferPool arrays = new ChunkBufferPool();

    @Test
    void whatIsGivenBackIsUsedAgain() {
        byte[] first = arrays.take(MIB);
        arrays.giveBack(first);

        assertThat(arrays.take(2 * MIB)).isSameAs(first).hasSizeGreaterThanOrEqualTo(2 * MIB + ChunkBufferPool.SLACK);
        assertThat(arrays.take(MIB)).isNotSameAs(first);
    }

    @Test
    void onlyAFewAreKept() {
        Set<byte[]> given = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 100; i++) {
            byte[] array = new byte[ChunkBufferPool.room(MIB) + ChunkBufferPool.SLACK];
            given.add(array);
            arrays.giveBack(array);
        }

        assertThat(Stream.generate(() -> arrays.take(MIB)).limit(100).filter(given::contains))
                .hasSize(8);
    }

    @Test
    void neitherSmallNorVeryLargeOnesAreKept() {
        for (int bytes : new int[] {0, 1000, 5 * MIB}) {
            byte[] array = arrays.take(bytes);
            arrays.giveBack(array);

            assertThat(array).hasSize(bytes + ChunkBufferPool.SLACK);
            assertThat(ChunkBufferPool.room(bytes)).isEqualTo(bytes);
            assertThat(arrays.take(bytes)).isNotSameAs(array);
        }
    }
}
