package io.holdfast.testsupport.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A comparison of JSON values with the schemas of an OpenAPI document, in which a field without a schema is a difference. */
final class SchemaCheck {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final JsonNode document;

    /** @param document that references of its schemas point into */
    SchemaCheck(JsonNode document) {
        this.document = document;
    }

    /** @param at the place of the value, which begins each difference */
    List<String> problems(JsonNode value, JsonNode schema, String at) {
        if (schema.has("$ref")) {
            return problems(value, document.at(schema.path("$ref").asText().substring(1)), at);
        }
        if (schema.has("oneOf")) {
            return oneOf(value, schema, at);
        }
        if (schema.has("enum") && !contains(schema.path("enum"), value)) {
            return List.of(at + ": " + value + " is not one of " + schema.path("enum"));
        }
        return type(value, schema, at);
    }

    private List<String> oneOf(JsonNode value, JsonNode schema, String at) {
        int matching = 0;
        List<String> reasons = new ArrayList<>();
        for (JsonNode form : schema.path("oneOf")) {
            List<String> found = problems(value, form, at);
            matching += found.isEmpty() ? 1 : 0;
            reasons.addAll(found);
        }
        return matching == 1 ? List.of() : List.of(at + ": " + matching + " forms match " + value + ": " + reasons);
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode one : values) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private List<String> type(JsonNode value, JsonNode schema, String at) {
        String type = schema.path("type").isArray()
                ? schema.path("type").path(0).asText()
                : schema.path("type").asText();
        boolean matches = switch (type) {
            case "string" ->
                value.isTextual()
                        && hasFormat(value.asText(), schema.path("format").asText());
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> false;
        };
        if (!matches) {
            return List.of(at + ": " + value + " does not match " + schema);
        }
        List<String> found = new ArrayList<>();
        if (value.isArray()) {
            value.elements().forEachRemaining(item -> found.addAll(problems(item, schema.path("items"), at + "[]")));
        }
        if (value.isObject() && (schema.has("properties") || schema.has("additionalProperties"))) {
            found.addAll(fields(value, schema, at));
        }
        return found;
    }

    private static boolean hasFormat(String text, String format) {
        return switch (format) {
            case "uuid" -> UUID.matcher(text).matches();
            case "date-time" -> isInstant(text);
            default -> true;
        };
    }

    private static boolean isInstant(String text) {
        try {
            return Instant.parse(text).isAfter(Instant.EPOCH);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private List<String> fields(JsonNode value, JsonNode schema, String at) {
        List<String> found = new ArrayList<>();
        schema.path("required").forEach(field -> {
            if (!value.hasNonNull(field.asText())) {
                found.add(at + ": required field " + field + " is missing");
            }
        });
        value.properties().forEach(field -> {
            JsonNode known = schema.path("properties").path(field.getKey());
            JsonNode property = known.isMissingNode() ? schema.path("additionalProperties") : known;
            if (property.isMissingNode()) {
                found.add(at + ": field \"" + field.getKey() + "\" is not documented");
            } else {
                found.addAll(problems(field.getValue(), property, at + "." + field.getKey()));
            }
        });
        return found;
    }
}
