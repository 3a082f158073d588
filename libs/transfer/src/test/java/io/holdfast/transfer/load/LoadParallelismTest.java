package io.holdfast.transfer.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadParallelismTest {
    private static final long GIB = 1L << 30;

    @Test
    void oneTableAloneHasAllJobs() {
        BackupContents.Table all = table(GIB, 1_000_000);

        assertThat(LoadParallelism.of(List.of(all, table(1000, 10)), 8).of(all)).isEqualTo(8);
    }

    @Test
    void tablesThatAreNoLongerThanTheirShareHaveOneEach() {
        List<BackupContents.Table> tables = List.of(table(GIB, 5), table(GIB, 5), table(GIB, 5), table(GIB, 5));

        assertThat(tables)
                .allSatisfy(table ->
                        assertThat(LoadParallelism.of(tables, 4).of(table)).isOne());
    }

    @Test
    void aTableOfManyShortRowsIsMoreWorkThanItsBytes() {
        BackupContents.Table narrow = table(GIB, 100_000_000);
        BackupContents.Table wide = table(GIB, 1_000_000);
        LoadParallelism loadParallelism = LoadParallelism.of(List.of(narrow, wide), 2);

        assertThat(loadParallelism.of(narrow)).isEqualTo(2);
        assertThat(loadParallelism.of(wide)).isOne();
    }

    @Test
    void aTableThatIsALittleLargerThanAllOthersTogetherHasOneToo() {
        BackupContents.Table larger = table(3 * GIB, 5);
        BackupContents.Table other = table(2 * GIB, 5);

        assertThat(LoadParallelism.of(List.of(larger, other), 2).of(larger)).isOne();
        assertThat(LoadParallelism.of(List.of(larger, other), 8).of(larger)).isEqualTo(5);
    }

    @Test
    void smallTablesHaveOne() {
        BackupContents.Table small = table(1 << 20, 100);

        assertThat(LoadParallelism.of(List.of(small), 8).of(small)).isOne();
    }

    private static BackupContents.Table table(long bytes, long rows) {
        return new BackupContents.Table(
                new BackupContents.Name("public", "t"),
                List.of(),
                rows,
                "",
                bytes,
                ChunkSizeClass.MIB_1,
                List.of(),
                null);
    }
}
