package io.holdfast.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SchemasTest {

    @Test
    void everyTypeHasASchemaAndAGoldenFileAndThereAreNoOthers() {
        Set<String> types =
                Contract.types().stream().map(Contract::fileOf).collect(Collectors.toCollection(TreeSet::new));
        Set<String> schemas = new TreeSet<>(types);
        Samples.parts()
                .filter(r -> !(r instanceof RestoreTarget))
                .forEach(r -> schemas.add(Contract.fileOf(r.getClass())));
        schemas.add(Contract.fileOf(RestoreTarget.class));

        assertThat(Contract.goldenFiles()).isEqualTo(types);
        assertThat(Contract.schemaFiles()).isEqualTo(schemas);
    }

    @TestFactory
    Stream<DynamicTest> aSchemaSaysWhatItsRecordSays() {
        return Samples.all().stream()
                .map(sample -> DynamicTest.dynamicTest(sample.getClass().getName(), () -> {
                    JsonNode schema = schemaOf(sample);
                    List<RecordComponent> components = List.of(sample.getClass().getRecordComponents());

                    assertThat(names(schema.path("properties").fieldNames()))
                            .containsExactlyInAnyOrderElementsOf(components.stream()
                                    .map(RecordComponent::getName)
                                    .toList());
                    assertThat(texts(schema.path("required")))
                            .containsExactlyInAnyOrderElementsOf(components.stream()
                                    .filter(c -> Samples.isRequired(sample, c))
                                    .map(RecordComponent::getName)
                                    .toList());
                    components.forEach(
                            c -> assertSays(schema.path("properties").path(c.getName()), c.getGenericType()));
                }));
    }

    @TestFactory
    Stream<DynamicTest> aSchemaExplainsItselfAndOnlyRequestsAreClosed() {
        return Contract.types().stream()
                .map(type -> DynamicTest.dynamicTest(type.getName(), () -> {
                    JsonNode schema = Contract.schemaTree(type);

                    assertThat(schema.path("$schema").asText())
                            .isEqualTo("https://json-schema.org/draft/2020-12/schema");
                    assertThat(schema.path("title").asText())
                            .isEqualTo(type.getAnnotation(EventType.class).value());
                    assertThat(schema.path("description").asText()).isNotBlank();
                    schema.path("properties")
                            .forEach(p -> assertThat(p.has("description") || p.has("$ref"))
                                    .isTrue());
                    assertThat(schema.path("additionalProperties").asBoolean()).isEqualTo(!isRequest(type));
                }));
    }

    @TestFactory
    Stream<DynamicTest> theGoldenFileFitsTheSchemaAndAFieldMoreOnlyInEvents() {
        return Contract.types().stream()
                .map(type -> DynamicTest.dynamicTest(type.getName(), () -> {
                    ObjectNode golden = (ObjectNode) Contract.goldenTree(type);

                    assertThat(Contract.violations(type, golden)).isEmpty();
                    assertThat(Contract.violations(type, golden.deepCopy().put("addedLater", 1))
                                    .isEmpty())
                            .isEqualTo(!isRequest(type));
                    for (String required : texts(Contract.schemaTree(type).path("required"))) {
                        ObjectNode without = golden.deepCopy();
                        without.remove(required);
                        assertThat(Contract.violations(type, without))
                                .as("without %s", required)
                                .isNotEmpty();
                    }
                }));
    }

    @Test
    void formatsAndPartsAreChecked() {
        ObjectNode golden = (ObjectNode) Contract.goldenTree(BackupEvent.Proven.class);

        assertThat(Contract.violations(
                        BackupEvent.Proven.class, golden.deepCopy().put("backupId", "4711")))
                .isNotEmpty();
        assertThat(Contract.violations(
                        BackupEvent.Proven.class, golden.deepCopy().put("provenAt", "yesterday")))
                .isNotEmpty();
        golden.putObject("source").put("name", "portal");
        assertThat(Contract.violations(BackupEvent.Proven.class, golden)).isNotEmpty();
    }

    @Test
    void aRestoreChoosesItsBackupInOneWayOnlyAndATargetIsOneOfFour() {
        ObjectNode golden = (ObjectNode) Contract.goldenTree(RestoreRequest.Requested.class);

        assertThat(Contract.violations(
                        RestoreRequest.Requested.class, golden.deepCopy().put("label", "x")))
                .isNotEmpty();
        ObjectNode merge = golden.deepCopy();
        merge.putObject("target").put("kind", "merge").put("mode", "MISSING_ONLY");
        assertThat(Contract.violations(RestoreRequest.Requested.class, merge)).isEmpty();
        ObjectNode elsewhere = golden.deepCopy();
        elsewhere.putObject("target").put("kind", "elsewhere");
        assertThat(Contract.violations(RestoreRequest.Requested.class, elsewhere))
                .isNotEmpty();
    }

    @Test
    void aFailureCodeOfLaterIsStillAFailureReason() {
        JsonNode later = Contract.tree("{\"code\":\"SOMETHING_NEW\",\"message\":\"m\"}");

        assertThat(Contract.violations(FailureReason.class, later)).isEmpty();
        assertThat(texts(Contract.schemaTree(FailureReason.class).at("/properties/code/anyOf/0/enum")))
                .containsExactlyElementsOf(
                        Arrays.stream(FailureCode.values()).map(Enum::name).toList());
    }

    private static void assertSays(JsonNode schema, Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType().equals(List.class)) {
            assertThat(schema.path("type").asText()).isEqualTo("array");
            assertSays(schema.path("items"), generic.getActualTypeArguments()[0]);
        } else if (type instanceof ParameterizedType generic
                && generic.getRawType().equals(Map.class)) {
            assertThat(schema.path("type").asText()).isEqualTo("object");
            assertSays(schema.path("additionalProperties"), generic.getActualTypeArguments()[1]);
        } else if (type instanceof Class<?> c) {
            assertSays(schema, c);
        }
    }

    private static void assertSays(JsonNode schema, Class<?> type) {
        String said = schema.has("$ref")
                ? schema.path("$ref").asText()
                : (schema.path("type").asText() + " " + schema.path("format").asText()).strip();
        if (type.isEnum()) {
            assertThat(said).isEqualTo("string");
            assertThat(texts(schema.at(type.equals(FailureCode.class) ? "/anyOf/0/enum" : "/enum")))
                    .containsExactlyElementsOf(Arrays.stream(type.getEnumConstants())
                            .map(Object::toString)
                            .toList());
        } else {
            assertThat(said).isEqualTo(expected(type));
        }
    }

    private static String expected(Class<?> type) {
        if (type.equals(String.class)) {
            return "string";
        } else if (type.equals(Instant.class)) {
            return "string date-time";
        } else if (type.isRecord() && type.getSimpleName().endsWith("Id")) {
            return "string uuid";
        } else if (Set.of(boolean.class, Boolean.class).contains(type)) {
            return "boolean";
        } else if (Set.of(int.class, long.class, Integer.class, Long.class).contains(type)) {
            return "integer";
        }
        return Contract.fileOf(type) + ".json";
    }

    /** A target has no file of its own: its kind is a property, and one of the four in the file of targets. */
    private static JsonNode schemaOf(Record sample) {
        if (!(sample instanceof RestoreTarget)) {
            return Contract.schemaTree(sample.getClass());
        }
        String kind = Contract.JSON.valueToTree(sample).path("kind").asText();
        ObjectNode schema =
                (ObjectNode) stream(Contract.schemaTree(RestoreTarget.class).path("oneOf"))
                        .filter(s -> s.at("/properties/kind/const").asText().equals(kind))
                        .findFirst()
                        .orElseThrow();
        ((ObjectNode) schema.path("properties")).remove("kind");
        List<String> required = texts(schema.path("required"));
        assertThat(required).contains("kind");
        schema.putPOJO(
                "required",
                Contract.JSON.valueToTree(
                        required.stream().filter(r -> !r.equals("kind")).toList()));
        return Contract.tree(schema.toString());
    }

    private static boolean isRequest(Class<? extends Event> type) {
        return Arrays.stream(Topic.values())
                .anyMatch(t -> t.isRequests() && t.types().contains(type));
    }

    private static List<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asText).toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<String> names(java.util.Iterator<String> names) {
        return java.util.stream.StreamSupport.stream(((Iterable<String>) () -> names).spliterator(), false)
                .toList();
    }
}
