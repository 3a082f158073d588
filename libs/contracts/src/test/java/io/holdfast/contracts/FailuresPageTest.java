package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Tests that {@code docs/reference/failures.md} has one complete row for every failure code. */
class FailuresPageTest {
    private static final String PAGE = Contract.read(Contract.DOCS.resolve("reference/failures.md"));

    @TestFactory
    Stream<DynamicTest> eachFailureHasOneRowWithMeaningRemedyAndRetries() {
        return Arrays.stream(FailureCode.values())
                .map(code -> DynamicTest.dynamicTest(code.name(), () -> {
                    var rows = PAGE.lines()
                            .filter(line -> line.startsWith("| `" + code + "` |"))
                            .toList();

                    assertThat(rows).hasSize(1);
                    assertThat(rows.getFirst().split("\\|", -1))
                            .hasSize(6)
                            .satisfies(cells -> assertThat(cells[2]).isNotBlank())
                            .satisfies(cells -> assertThat(cells[3]).isNotBlank())
                            .satisfies(cells -> assertThat(cells[4]).isNotBlank());
                }));
    }
}
