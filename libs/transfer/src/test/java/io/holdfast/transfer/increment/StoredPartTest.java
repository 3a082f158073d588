package io.holdfast.transfer.increment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.rows.BlockRange;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredPartTest {
    private static final StoredPart FIRST = part(new BlockRange(0, 16), 2, 'a', 'b');
    private static final StoredPart EMPTY = part(new BlockRange(16, 32), 0);
    private static final StoredPart LAST = part(new BlockRange(32, BlockRange.OPEN), 1, 'c');

    private static StoredPart part(BlockRange blocks, long rows, char... chunks) {
        List<Extent> extents = new String(chunks)
                .chars()
                .mapToObj(c -> new Extent(ChunkId.parse(Character.toString(c).repeat(64)), 0, 10))
                .toList();
        return new StoredPart(
                blocks, new Fingerprint(rows, rows, rows), chunks.length * 10L, ChunkSizeClass.MIB_2, extents);
    }

    private static BackupContents.Table table(@Nullable JsonNode attributes) {
        List<Extent> extents = Stream.of(FIRST, EMPTY, LAST)
                .flatMap(part -> part.extents().stream())
                .toList();
        return new BackupContents.Table(
                new BackupContents.Name("public", "t"),
                List.of(),
                3,
                new Fingerprint(3, 3, 3).toString(),
                30,
                ChunkSizeClass.MIB_2,
                extents,
                attributes);
    }

    @Test
    void partsAreReadAsTheyWereWritten() {
        assertThat(StoredPart.of(table(StoredPart.attributes(List.of(FIRST, EMPTY, LAST)))))
                .containsExactly(FIRST, EMPTY, LAST);
    }

    @Test
    void aTableWithoutRangesIsOnePart() {
        assertThat(StoredPart.of(table(null)))
                .singleElement()
                .matches(part -> part.blocks() == null && part.extents().size() == 3 && part.bytes() == 30);
    }

    @Test
    void partsThatDoNotFitTheExtentsAreNotUsed() {
        assertThat(StoredPart.of(table(StoredPart.attributes(List.of(FIRST, EMPTY)))))
                .isEmpty();
        assertThat(StoredPart.of(table(StoredPart.attributes(List.of(FIRST, LAST, LAST)))))
                .isEmpty();
    }

    @Test
    void partsOfTheSameBlocksAreNotUsed() {
        assertThat(StoredPart.of(table(StoredPart.attributes(List.of(FIRST, EMPTY, EMPTY, LAST)))))
                .isEmpty();
    }

    @Test
    void partsThatCannotBeReadAreNotUsed() {
        ObjectNode attributes = (ObjectNode) requireNonNull(StoredPart.attributes(List.of(FIRST, EMPTY, LAST)));
        ((ObjectNode) attributes.get("parts").get(1)).put("fingerprint", "of another kind");
        assertThat(StoredPart.of(table(attributes))).isEmpty();

        ((ObjectNode) attributes.get("parts").get(1)).put("extents", -1);
        assertThat(StoredPart.of(table(attributes))).isEmpty();
    }
}
