package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code docs/reference/events.md} says what the code does. */
class EventsPageTest {
    private static final String PAGE = Contract.read(Contract.DOCS.resolve("reference/events.md"));

    @TestFactory
    Stream<DynamicTest> theTableHasEachTopicWithExactlyItsTypes() {
        return Arrays.stream(Topic.values())
                .map(topic -> DynamicTest.dynamicTest(topic.topicName(), () -> {
                    String row = PAGE.lines()
                            .filter(line -> line.startsWith("| `" + topic.topicName() + "` |"))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("events.md has no row for " + topic.topicName()));
                    String types = row.split("\\|", -1)[2];

                    assertThat(Arrays.stream(types.split(",", -1)).map(String::strip))
                            .containsExactlyElementsOf(topic.types().stream()
                                    .map(type ->
                                            type.getAnnotation(EventType.class).value())
                                    .toList());
                }));
    }

    @TestFactory
    Stream<DynamicTest> eachTypeIsExplainedInItsSchemasWords() {
        return Contract.types().stream()
                .map(type -> DynamicTest.dynamicTest(
                        Contract.fileOf(type),
                        () -> assertThat(PAGE)
                                .contains("| `"
                                        + type.getAnnotation(EventType.class).value() + "` | "
                                        + Contract.schemaTree(type)
                                                .path("description")
                                                .asText() + " |")));
    }

    @Test
    void theRequestsOnThePageAreCloudEventsWithDataThatIsAccepted() {
        List<JsonNode> examples = jsonLines();

        assertThat(examples).hasSizeGreaterThanOrEqualTo(2);
        for (JsonNode example : examples) {
            Class<? extends Event> type = Contract.types().stream()
                    .filter(t -> Topic.typeOf(t).equals(example.path("type").asText()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("not an event of Holdfast: " + example));

            assertThat(example.path("specversion").asText()).isEqualTo("1.0");
            assertThat(example.path("id").asText()).isNotBlank();
            assertThat(example.path("source").asText()).isNotBlank();
            assertThat(Contract.violations(type, example.path("data"))).isEmpty();
            assertThat(Contract.event(type, example.path("data").toString())).isInstanceOf(type);
        }
    }

    @Test
    void theRequestInBinaryModeIsAcceptedToo() {
        String data = PAGE.lines()
                .filter(line -> line.startsWith("{\"source\":"))
                .findFirst()
                .orElseThrow();

        assertThat(Contract.violations(BackupRequest.Requested.class, Contract.tree(data)))
                .isEmpty();
        assertThat(PAGE).contains("-H 'ce_type=" + Topic.typeOf(BackupRequest.Requested.class) + "'");
    }

    @Test
    void everyTopicThatIsNamedExists() {
        List<String> names = Arrays.stream(Topic.values())
                .flatMap(t -> Stream.of(t.topicName(), t.deadLetterName()))
                .toList();

        assertThat(Pattern.compile("holdfast\\.[a-z.]+\\.v\\d+(\\.dlq)?")
                        .matcher(PAGE)
                        .results()
                        .map(MatchResult::group))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(names).contains(name));
    }

    private static List<JsonNode> jsonLines() {
        return PAGE.lines()
                .filter(line -> line.startsWith("{\"specversion\""))
                .map(Contract::tree)
                .toList();
    }
}
