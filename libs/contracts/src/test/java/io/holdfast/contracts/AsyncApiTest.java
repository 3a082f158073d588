package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AsyncApiTest {
    private static final Path FILE = Contract.DOCS.resolve("asyncapi/holdfast.yaml");
    private static final JsonNode DOCUMENT = document();

    @Test
    void theChannelsAreTheTopicsAndTheirDeadLetters() {
        assertThat(DOCUMENT.path("asyncapi").asText()).isEqualTo("3.0.0");
        assertThat(stream(DOCUMENT.path("channels")).map(c -> c.path("address").asText()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Topic.values())
                        .flatMap(t -> Stream.of(t.topicName(), t.deadLetterName()))
                        .toList());
        assertThat(stream(DOCUMENT.path("channels")))
                .allSatisfy(c -> assertThat(c.at("/bindings/kafka/topic")).isEqualTo(c.path("address")));
    }

    @TestFactory
    Stream<DynamicTest> aChannelCarriesTheTypesOfItsTopic() {
        return Arrays.stream(Topic.values())
                .map(topic -> DynamicTest.dynamicTest(topic.topicName(), () -> {
                    assertThat(types(channel(topic.topicName())))
                            .containsExactlyElementsOf(
                                    topic.types().stream().map(Topic::typeOf).toList());
                    assertThat(types(channel(topic.deadLetterName()))).containsExactly("DeadLetter");
                }));
    }

    @Test
    void theMessagesAreTheTypesAndDeadLetters() {
        Set<String> names =
                new TreeSet<>(Contract.types().stream().map(Topic::typeOf).toList());
        names.add("DeadLetter");

        assertThat(stream(DOCUMENT.at("/components/messages"))
                        .map(m -> m.path("name").asText()))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @TestFactory
    Stream<DynamicTest> aMessageHasItsSchemaAndItsGoldenFileAsAnExampleThatFits() {
        return Contract.types().stream()
                .map(type -> DynamicTest.dynamicTest(Topic.typeOf(type), () -> {
                    JsonNode message = DOCUMENT.at("/components/messages/"
                            + type.getAnnotation(EventType.class).value());
                    Path schema = FILE.resolveSibling(
                                    message.at("/payload/$ref").asText())
                            .normalize();

                    assertThat(schema).exists().hasFileName(Contract.fileOf(type) + ".json");
                    assertThat(Contract.tree(Files.readString(schema))).isEqualTo(Contract.schemaTree(type));
                    assertThat(message.path("examples")).isNotEmpty();
                    for (JsonNode example : message.path("examples")) {
                        // By its text: YAML's and JSON's parsers choose different kinds of numbers.
                        assertThat(Contract.tree(example.path("payload").toString()))
                                .isEqualTo(Contract.goldenTree(type));
                        assertThat(Contract.violations(type, example.path("payload")))
                                .isEmpty();
                        assertThat(headers(message).validate(example.path("headers")))
                                .isEmpty();
                    }
                }));
    }

    @Test
    void headersOfAnotherTypeOrWithoutIdentityDoNotFit() {
        JsonNode message = DOCUMENT.at("/components/messages/BackupRequested");
        ObjectNode headers = message.at("/examples/0/headers").deepCopy();

        assertThat(headers(message).validate(headers.deepCopy().put("ce_type", "io.holdfast.BackupCompleted.v1")))
                .isNotEmpty();
        assertThat(headers(message).validate(headers.deepCopy().without(List.of("ce_id"))))
                .isNotEmpty();
    }

    @Test
    void theHeadersOfADeadLetterFitTheirExample() {
        JsonNode message = DOCUMENT.at("/components/messages/DeadLetter");
        ObjectNode headers = message.at("/examples/0/headers").deepCopy();

        assertThat(headers(message).validate(headers)).isEmpty();
        assertThat(headers(message).validate(headers.without("holdfast-reason")))
                .isNotEmpty();
    }

    @Test
    void everyReferenceInTheDocumentLeadsSomewhere() {
        assertThat(DOCUMENT.findValuesAsText("$ref")).isNotEmpty().allSatisfy(ref -> {
            if (ref.startsWith("#")) {
                assertThat(DOCUMENT.at(ref.substring(1)).isMissingNode()).isFalse();
            } else {
                assertThat(FILE.resolveSibling(ref).normalize()).exists();
            }
        });
    }

    @Test
    void everyTopicIsSentToAndReceivedFromByServicesThatExist() {
        Set<String> services = Set.of(
                "backup-service", "restore-service", "verifier-service", "notifier-service", "audit-service", "client");

        assertThat(stream(DOCUMENT.path("operations")))
                .allSatisfy(
                        o -> assertThat(services).contains(o.at("/tags/0/name").asText()));
        DOCUMENT.path("channels").fieldNames().forEachRemaining(channel -> {
            if (!channel.endsWith("DeadLetters")) {
                assertThat(actions(channel)).as(channel).contains("send", "receive");
            }
        });
    }

    private static List<String> actions(String channel) {
        return stream(DOCUMENT.path("operations"))
                .filter(o -> o.at("/channel/$ref").asText().equals("#/channels/" + channel))
                .map(o -> o.path("action").asText())
                .toList();
    }

    private static JsonNode channel(String address) {
        return stream(DOCUMENT.path("channels"))
                .filter(c -> c.path("address").asText().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> types(JsonNode channel) {
        return stream(channel.path("messages"))
                .map(m -> DOCUMENT.at(m.path("$ref").asText().substring(1))
                        .path("name")
                        .asText())
                .toList();
    }

    /** The headers' schema with the document's own schemas put where it refers to them. */
    private static JsonSchema headers(JsonNode message) {
        ObjectNode schema = message.path("headers").deepCopy();
        ObjectNode root = schema.putObject("components");
        root.set("schemas", DOCUMENT.at("/components/schemas"));
        return Contract.schema(schema);
    }

    private static Stream<JsonNode> stream(JsonNode nodes) {
        return StreamSupport.stream(nodes.spliterator(), false);
    }

    private static JsonNode document() {
        try {
            return new YAMLMapper().readTree(FILE.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
