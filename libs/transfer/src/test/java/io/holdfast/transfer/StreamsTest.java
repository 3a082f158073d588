package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.vault.Contents;
import io.holdfast.vault.SizeClass;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamsTest {
    private static final long GIB = 1L << 30;

    @Test
    void oneTableAloneHasAllJobs() {
        Contents.Table all = table(GIB, 1_000_000);

        assertThat(Streams.of(List.of(all, table(1000, 10)), 8).of(all)).isEqualTo(8);
    }

    @Test
    void tablesThatAreNoLongerThanTheirShareHaveOneEach() {
        List<Contents.Table> tables = List.of(table(GIB, 5), table(GIB, 5), table(GIB, 5), table(GIB, 5));

        assertThat(tables)
                .allSatisfy(table -> assertThat(Streams.of(tables, 4).of(table)).isOne());
    }

    @Test
    void aTableOfManyShortRowsIsMoreWorkThanItsBytes() {
        Contents.Table narrow = table(GIB, 100_000_000);
        Contents.Table wide = table(GIB, 1_000_000);
        Streams streams = Streams.of(List.of(narrow, wide), 2);

        assertThat(streams.of(narrow)).isEqualTo(2);
        assertThat(streams.of(wide)).isOne();
    }

    @Test
    void aTableThatIsALittleLargerThanAllOthersTogetherHasOneToo() {
        Contents.Table larger = table(3 * GIB, 5);
        Contents.Table other = table(2 * GIB, 5);

        assertThat(Streams.of(List.of(larger, other), 2).of(larger)).isOne();
        assertThat(Streams.of(List.of(larger, other), 8).of(larger)).isEqualTo(5);
    }

    @Test
    void smallTablesHaveOne() {
        Contents.Table small = table(1 << 20, 100);

        assertThat(Streams.of(List.of(small), 8).of(small)).isOne();
    }

    private static Contents.Table table(long bytes, long rows) {
        return new Contents.Table(
                new Contents.Name("public", "t"), List.of(), rows, "", bytes, SizeClass.MIB_1, List.of(), null);
    }
}
