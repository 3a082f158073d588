package io.holdfast.engine.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.TableReadRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadPlannerTest {
    private static final long TABLE = 900 << 10;
    private static final long MIB = 1 << 20;

    private final Map<QualifiedName, Long> bytes = new HashMap<>();
    private final Map<QualifiedName, Long> pages = new HashMap<>();

    private List<ReadTask> plan(List<TableDescriptor> tables) {
        return new ReadPlanner(ReadPlanner.SMALL, ReadPlanner.RANGE).plan(tables, pages, bytes);
    }

    private QualifiedName relation(String name, long size) {
        QualifiedName relation = new QualifiedName("public", name);
        bytes.put(relation, size);
        pages.put(relation, size / 8192);
        return relation;
    }

    private TableDescriptor table(String name, long size) {
        return new TableDescriptor(
                relation(name, size), List.of("id"), TableDescriptor.Kind.TABLE, null, List.of(), true, 0, size, null);
    }

    @Test
    void manySmallTablesAreSharedAmongReadersInTheirOrder() {
        List<TableDescriptor> tables = IntStream.range(0, 2000)
                .mapToObj(i -> table("t" + (10_000 + i), TABLE))
                .toList();

        List<ReadTask> plan = plan(tables);

        assertThat(plan).hasSizeBetween(25, 30);
        assertThat(plan).allSatisfy(lane -> {
            assertThat(lane.estimatedBytes()).isLessThan(65 * MIB);
            assertThat(lane.parts()).extracting(part -> part.relation().name()).isSorted();
        });
        assertThat(plan.stream().flatMap(lane -> lane.parts().stream()).map(TableReadRange::table))
                .containsExactlyInAnyOrderElementsOf(tables);
    }

    @Test
    void tablesWithoutRowsAreSharedAmongReadersToo() {
        List<TableDescriptor> tables =
                IntStream.range(0, 2000).mapToObj(i -> table("t" + i, 0)).toList();

        assertThat(plan(tables)).hasSize(2);
    }

    @Test
    void smallLeavesOfALargeTreeShareALaneOfTheirOwn() {
        List<QualifiedName> leaves = new ArrayList<>();
        IntStream.range(0, 1000).forEach(i -> leaves.add(relation("leaf" + i, 16 << 10)));
        leaves.add(relation("big", 200 * MIB));
        QualifiedName root = new QualifiedName("public", "tree");
        TableDescriptor tree = new TableDescriptor(
                root, List.of("id"), TableDescriptor.Kind.TREE, null, leaves, true, 0, 216 * MIB, null);

        List<ReadTask> plan = plan(List.of(table("small", TABLE), tree));

        assertThat(plan).extracting(task -> task.parts().size()).containsOnly(1, 1000);
        assertThat(plan).hasSize(1 + 13 + 1);
        assertThat(plan.stream().flatMap(task -> task.parts().stream()).map(TableReadRange::relation))
                .containsAll(leaves);
    }

    @Test
    void aTableOfFewRangesIsCutFinerAndKeepsItsCutsAsItGrows() {
        assertThat(cuts(20 * MIB)).containsExactly(-1L);
        assertThat(cuts(40 * MIB)).containsExactly(0L, 2048L, 4096L);
        assertThat(cuts(60 * MIB)).containsExactly(0L, 2048L, 4096L, 6144L);
        assertThat(cuts(255 * MIB)).hasSize(16);
        assertThat(cuts(256 * MIB)).containsExactly(0L, 8192L, 16384L, 24576L);
    }

    /** The first blocks of the ranges, -1 for a table that is read whole. */
    private List<Long> cuts(long size) {
        return plan(List.of(table("cut", size))).stream()
                .map(task -> task.parts().getFirst().blocks())
                .map(blocks -> blocks == null ? -1L : blocks.first())
                .sorted()
                .toList();
    }
}
