package io.holdfast.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The files in the test resources, and how a schema sees them. */
final class Corpus {
    static final String SCHEMA = "/io/holdfast/config/holdfast.schema.json";

    private Corpus() {}

    static String resource(String name) throws IOException {
        return Files.readString(path("/" + name));
    }

    static Path path(String resource) {
        try {
            URI uri = Objects.requireNonNull(Corpus.class.getResource(resource), resource)
                    .toURI();
            return Path.of(uri);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(path("/" + folder))) {
            return files.sorted().toList();
        }
    }

    static JsonSchema schema() throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(Files.readString(path(SCHEMA)));
    }

    /** As a validator in an editor sees it: YAML 1.2's core schema. */
    static JsonNode json(YamlNode yamlNode) {
        ObjectMapper mapper = new ObjectMapper();
        return switch (yamlNode) {
            case YamlNode.Entries(var line, var column, var entries) -> {
                ObjectNode object = mapper.createObjectNode();
                entries.forEach((key, entry) -> object.set(key, json(entry.value())));
                yield object;
            }
            case YamlNode.Items(var line, var column, var items) -> {
                ArrayNode array = mapper.createArrayNode();
                items.forEach(item -> array.add(json(item)));
                yield array;
            }
            case YamlNode.Scalar scalar when scalar.isNull() -> mapper.nullNode();
            case YamlNode.Scalar scalar
            when scalar.isBoolean() -> mapper.getNodeFactory().booleanNode(Boolean.parseBoolean(scalar.text()));
            case YamlNode.Scalar scalar
            when scalar.isInteger() ->
                mapper.getNodeFactory().numberNode(new BigDecimal(scalar.text()).toBigIntegerExact());
            case YamlNode.Scalar scalar
            when scalar.isNumber() -> mapper.getNodeFactory().numberNode(new BigDecimal(scalar.text()));
            case YamlNode.Scalar scalar -> mapper.getNodeFactory().textNode(scalar.text());
        };
    }
}
