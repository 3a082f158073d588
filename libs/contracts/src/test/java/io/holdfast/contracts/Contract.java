package io.holdfast.contracts;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The contract as its tests see it: types, schemas, golden files, and the JSON that services speak. */
final class Contract {
    static final Path MODULE = Path.of("").toAbsolutePath();
    static final Path DOCS = MODULE.resolve("../../docs").normalize();
    private static final Path SCHEMAS = MODULE.resolve("src/main/resources/io/holdfast/contracts/schemas");
    private static final Path GOLDEN = MODULE.resolve("src/test/resources/golden");

    /** As strict as the services' own mapper: an absent number is refused, and so is a number for a text. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(VersionFlag.V202012);

    private Contract() {}

    static List<Class<? extends Event>> types() {
        return Arrays.stream(Topic.values())
                .flatMap(t -> t.types().stream())
                .distinct()
                .toList();
    }

    /** {@code BackupCompleted.v1}: how the files of a type are called. */
    static String fileOf(Class<?> type) {
        EventType event = type.getAnnotation(EventType.class);
        return event == null ? type.getSimpleName() + ".v1" : event.value() + ".v" + event.version();
    }

    static String golden(Class<? extends Event> type) {
        return read(GOLDEN.resolve(fileOf(type) + ".json"));
    }

    static JsonNode goldenTree(Class<? extends Event> type) {
        return tree(golden(type));
    }

    static Event goldenEvent(Class<? extends Event> type) {
        return event(type, golden(type));
    }

    static <E extends Event> E event(Class<E> type, String json) {
        try {
            return JSON.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode schemaTree(Class<?> type) {
        return tree(read(SCHEMAS.resolve(fileOf(type) + ".json")));
    }

    /** From the class path, as a service or another system finds it. */
    static JsonSchema schema(Class<?> type) {
        return FACTORY.getSchema(
                SchemaLocation.of("classpath:io/holdfast/contracts/schemas/" + fileOf(type) + ".json"), config());
    }

    static JsonSchema schema(JsonNode schema) {
        return FACTORY.getSchema(schema, config());
    }

    static Set<String> violations(Class<?> type, JsonNode value) {
        return schema(type).validate(value.toString(), InputFormat.JSON).stream()
                .map(Object::toString)
                .collect(Collectors.toSet());
    }

    static Set<String> goldenFiles() {
        return files(GOLDEN);
    }

    static Set<String> schemaFiles() {
        return files(SCHEMAS);
    }

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString().replaceFirst("\\.json$", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SchemaValidatorsConfig config() {
        return SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    }
}
