package io.holdfast.config;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.List;

/** The JSON Schema, written off the mapping; the file in the resources has to equal it. */
final class SchemaDocument {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SchemaDocument() {}

    static String text() throws IOException {
        ObjectNode schema = JSON.createObjectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("$id", "https://holdfast.io/schema/holdfast.schema.json")
                .put("title", "holdfast.yaml")
                .setAll(section(HoldfastConfig.Document.class));
        schema.putObject("patternProperties").putObject("^x-").put("description", "Ignored: a place for anchors.");
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
        return JSON.writer(printer).writeValueAsString(schema) + "\n";
    }

    private static ObjectNode section(Class<?> type) {
        ObjectNode schema = JSON.createObjectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JSON.createArrayNode();
        for (SectionSchema.Field field : SectionSchema.fields(type)) {
            ObjectNode property =
                    JSON.createObjectNode().put("description", field.key().value());
            properties.set(field.name(), property.setAll(value(field.type(), field.key())));
            if (field.required()) {
                required.add(field.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (type.isAnnotationPresent(ExactlyOneOf.class)) {
            schema.put("minProperties", 1).put("maxProperties", 1);
        }
        RequiredTogether requiredTogether = type.getAnnotation(RequiredTogether.class);
        if (requiredTogether != null) {
            List<String> keys = List.of(requiredTogether.value());
            ObjectNode dependent = schema.putObject("dependentRequired");
            keys.forEach(
                    key -> keys.stream().filter(other -> !other.equals(key)).forEach(dependent.putArray(key)::add));
        }
        return schema;
    }

    private static ObjectNode value(Type type, ConfigKey key) {
        ObjectNode schema = JSON.createObjectNode();
        if (SectionSchema.isList(type)) {
            schema.put("type", "array").set("items", value(SectionSchema.argument(type, 0), key));
            return key.nonEmpty() ? schema.put("minItems", 1) : schema;
        }
        if (SectionSchema.isMap(type)) {
            ObjectNode value = value(SectionSchema.argument(type, 1), key);
            schema.put("type", "object").set("additionalProperties", value);
            if (!key.pattern().isEmpty()) {
                schema.putObject("propertyNames").put("pattern", key.pattern());
            }
            return key.nonEmpty() ? schema.put("minProperties", 1) : schema;
        }
        return plain((Class<?>) type, key);
    }

    private static ObjectNode plain(Class<?> type, ConfigKey key) {
        ObjectNode schema = JSON.createObjectNode();
        ScalarTypes.Scalar scalar = ScalarTypes.of(type);
        if (type == SecretRef.class) {
            return secret();
        } else if (type == ExpectedValue.class) {
            schema.putArray("type").add("string").add("number").add("boolean");
        } else if (type == boolean.class) {
            schema.put("type", "boolean");
        } else if (type == int.class) {
            schema.put("type", "integer").put("minimum", key.min()).put("maximum", key.max());
        } else if (type == ByteSize.class) {
            ArrayNode either = schema.putArray("anyOf");
            either.addObject().put("type", "string").put("pattern", ByteSize.PATTERN);
            either.addObject().put("type", "integer").put("minimum", 0);
        } else if (scalar != null) {
            schema.put("type", "string").put("pattern", scalar.pattern());
        } else if (type.isEnum()) {
            SectionSchema.words(type).forEach(schema.putArray("enum")::add);
        } else if (SectionSchema.isChoice(type)) {
            return choice(type);
        } else if (type.isAnnotationPresent(Shorthand.class)) {
            return shorthand(type, type.getAnnotation(Shorthand.class).value());
        } else if (ScalarTypes.isSection(type)) {
            return section(type);
        } else if (type == String.class || type == Path.class || type == PublicKeyFile.class) {
            schema.put("type", "string")
                    .put("pattern", key.pattern().isEmpty() || type != String.class ? "\\S" : key.pattern());
        } else {
            throw new IllegalStateException("no schema for " + type);
        }
        return schema;
    }

    private static ObjectNode shorthand(Class<?> type, String key) {
        ObjectNode section = section(type);
        ObjectNode schema = JSON.createObjectNode();
        schema.putArray("anyOf")
                .add(section.at("/properties/" + key).deepCopy())
                .add(section);
        return schema;
    }

    private static ObjectNode choice(Class<?> type) {
        ObjectNode schema = JSON.createObjectNode().put("type", "object");
        ArrayNode choices = schema.putArray("oneOf");
        ConfigBinder.choices(type).forEach((word, variant) -> {
            ObjectNode section = section(variant);
            ((ObjectNode) section.get("properties")).putObject("type").put("const", word);
            (section.has("required") ? (ArrayNode) section.get("required") : section.putArray("required")).add("type");
            choices.add(section);
        });
        return schema;
    }

    private static ObjectNode secret() {
        ObjectNode schema = JSON.createObjectNode().put("type", "object").put("additionalProperties", false);
        schema.put("minProperties", 1).put("maxProperties", 1);
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("env").put("type", "string").put("pattern", ScalarBinder.VARIABLE);
        properties.putObject("file").put("type", "string").put("pattern", "\\S");
        properties.putObject("provider").put("type", "string").put("pattern", ScalarBinder.PROVIDER);
        return schema;
    }
}
