package io.holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.drill.ChecklistPoint.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents of a drill, word for word. With {@code -Dholdfast.golden=write} the files are written anew. */
class DrillDocumentsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Map<String, DrillReport> REPORTS =
            Map.of("passed", Reports.passed(), "failed", Reports.failed(), "hostile", Reports.hostile());

    @ParameterizedTest
    @ValueSource(strings = {"passed", "failed", "hostile"})
    void everyDocument(String name) throws IOException {
        DrillReport report = Objects.requireNonNull(REPORTS.get(name));

        assertGolden(name + ".json", DrillJson.write(report));
        assertGolden(name + ".md", DrillMarkdown.of(report));
        assertGolden(name + ".html", DrillHtml.of(report));
        assertThat(DrillJson.read(DrillJson.write(report))).isEqualTo(report);
    }

    @Test
    void theSummary() throws IOException {
        DrillSummary summary = new DrillSummary(
                2026,
                Instant.parse("2026-08-01T00:00:00Z"),
                List.of(
                        new SourceDrills("portal", "production", 3, 4, 3, 0, Instant.parse("2026-07-15T03:11:41Z")),
                        new SourceDrills("billing", "staging", 3, 1, 0, 2, null),
                        new SourceDrills("=HYPERLINK(\"http://evil.example\")|", "\t@x, \"y\"", 0, 0, 0, 0, null)));

        assertGolden("summary.md", summary.markdown());
        assertGolden("summary.csv", summary.csv());
    }

    @Test
    void hostileTextStaysText() {
        assertThat(DrillHtml.of(Reports.hostile()))
                .doesNotContain("<script", "<img", "\u202E")
                .contains("&lt;script&gt;");
        assertThat(DrillMarkdown.of(Reports.hostile()).lines())
                .noneMatch(line -> line.startsWith("# h") || line.startsWith("- i"))
                .noneMatch(line -> line.matches(".*(?<!\\\\)[<`].*"))
                .noneMatch(line -> line.contains("\u202E") || line.contains("https://"));
    }

    @Test
    void theFileIsNamedByTheQuarterOfTheDrill() {
        assertThat(DrillMarkdown.fileName(Reports.passed())).isEqualTo("2026-Q1-backup-test.md");
    }

    @Test
    void aCheckThatDidNotRunLeavesItsPointsToAPerson() {
        List<ChecklistPoint> points = Checklist.decide(Reports.failed().checks(), false);

        assertThat(points)
                .hasSize(27)
                .extracting(ChecklistPoint::number)
                .startsWith(1, 2, 3)
                .isSorted();
        assertThat(points.get(0).state()).isEqualTo(State.FAILED); // rows differ
        assertThat(points.get(1).state()).isEqualTo(State.FAILED); // rows without a parent
        assertThat(points.get(2).state()).isEqualTo(State.BY_PERSON); // no check of times
        assertThat(Checklist.decide(List.of(), true).get(0).state()).isEqualTo(State.DONE);
        assertThat(Checklist.decide(List.of(), false).get(0).state()).isEqualTo(State.BY_PERSON);
    }

    @Test
    void aReportWithoutAFieldIsRefusedByItsName() {
        String json = DrillJson.write(Reports.passed());

        assertThatThrownBy(() -> DrillJson.read(json.replace("\"tester\"", "\"other\"")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tester");
        assertThatThrownBy(() -> DrillJson.read(json.replace("restore-test", "other")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kind");
    }

    private static void assertGolden(String name, String text) throws IOException {
        Path file = GOLDEN.resolve(name);
        if ("write".equals(System.getProperty("holdfast.golden"))) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        assertThat(text).as(name).isEqualTo(Files.readString(file));
    }
}
