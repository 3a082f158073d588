package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** {@code docs/guide/operations.md} has a remedy for every failure. */
class OperationsPageTest {
    private static final String PAGE = Contract.read(Contract.DOCS.resolve("guide/operations.md"));

    @TestFactory
    Stream<DynamicTest> eachFailureHasOneRowWithCauseAndRemedy() {
        return Arrays.stream(FailureCode.values())
                .map(code -> DynamicTest.dynamicTest(code.name(), () -> {
                    var rows = PAGE.lines()
                            .filter(line -> line.startsWith("| `" + code + "` |"))
                            .toList();

                    assertThat(rows).hasSize(1);
                    assertThat(rows.getFirst().split("\\|", -1))
                            .hasSize(5)
                            .satisfies(cells -> assertThat(cells[2]).isNotBlank())
                            .satisfies(cells -> assertThat(cells[3]).isNotBlank());
                }));
    }
}
