package io.holdfast.backup.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.backup.watch.SizeAnomaly.Size;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SizeAnomalyTest {
    private static List<Size> rows(long... rows) {
        return LongStream.of(rows)
                .mapToObj(count -> new Size(count, count * 100))
                .toList();
    }

    private static Size size(long rows) {
        return new Size(rows, rows * 100);
    }

    @Test
    void lessThanHalfOfThePreviousBackupIsFoundEvenWithoutAHistory() {
        assertThat(SizeAnomaly.of(size(499), rows(1000))).get().asString().contains("499 rows", "50 % less", "1,000");
        assertThat(SizeAnomaly.of(size(501), rows(1000))).isEmpty();
        assertThat(SizeAnomaly.of(size(0), rows())).isEmpty();
    }

    @Test
    void aValueFarFromTheMedianIsFoundWithFiveBackupsAndNotWithFour() {
        assertThat(SizeAnomaly.of(size(5000), rows(1010, 1000, 990, 1005, 995)))
                .get()
                .asString()
                .contains("5,000 rows", "median of 1,000");
        assertThat(SizeAnomaly.of(size(5000), rows(1010, 1000, 990, 1005))).isEmpty();
    }

    @Test
    void steadyGrowthAndSmallChangesOfAnUnchangingSourceAreNoNews() {
        assertThat(SizeAnomaly.of(size(1500), rows(1400, 1300, 1200, 1100, 1000)))
                .isEmpty();
        assertThat(SizeAnomaly.of(size(1001), rows(1000, 1000, 1000, 1000, 1000)))
                .isEmpty();
        assertThat(SizeAnomaly.of(size(9000), rows(1000, 1000, 1000, 1000, 1000)))
                .isPresent();
    }

    @Test
    void oneOddBackupDoesNotHideTheNext() {
        assertThat(SizeAnomaly.of(size(9000), rows(9000, 1000, 1010, 990, 1005, 995, 1002)))
                .isPresent();
    }

    @Test
    void fewerBytesAreFoundWhereTheRowsAreTheSame() {
        assertThat(SizeAnomaly.of(new Size(1000, 10), List.of(new Size(1000, 100_000))))
                .get()
                .asString()
                .contains("bytes");
    }
}
