package io.holdfast.restore.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.transfer.compare.ComparisonResult;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TableComparisonsTest {
    @Test
    void tablesThatDifferComeFirstAndAtMostAThousandAreKept() {
        List<ComparisonResult.Table> tables = IntStream.range(0, 1_500)
                .mapToObj(i -> new ComparisonResult.Table(
                        "public.t%04d".formatted(i), i, i + ":a", (long) i, i + ":b", i < 1_400))
                .toList();

        TableComparisons bounded = TableComparisons.of(new ComparisonResult(tables, List.of(), 0, 0));

        assertThat(bounded.compared()).isEqualTo(1_500);
        assertThat(bounded.different()).isEqualTo(100);
        assertThat(bounded.tables()).hasSize(TableComparisons.MOST);
        assertThat(bounded.tables().subList(0, 100)).noneMatch(TableComparisons.Table::equal);
        assertThat(bounded.tables().get(100).name()).isEqualTo("public.t0000");
    }
}
