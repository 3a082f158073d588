package io.holdfast.eventing.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jspecify.annotations.Nullable;

/** Examples that follow the schemas, so that they cannot become outdated. */
final class ExampleFactory {
    private static final String UUID = "0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77";
    private static final String INSTANT = "2026-03-01T02:00:00Z";
    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("source", "portal"),
            Map.entry("name", "portal"),
            Map.entry("database", "portal_copy"),
            Map.entry("server", "portal"),
            Map.entry("url", "postgresql://holdfast@127.0.0.1:5432/portal_copy"),
            Map.entry("labels", "before-migration"),
            Map.entry("tables", "public.customers"),
            Map.entry("table", "public.customers"),
            Map.entry("engine", "postgres"),
            Map.entry("serverVersion", "17.4"),
            Map.entry("environment", "production"),
            Map.entry("phase", "loading"),
            Map.entry("all", "7d"),
            Map.entry("daily", "30d"),
            Map.entry("because", "newest proven backup of the source"),
            Map.entry("type", "about:blank"));

    /** Optional properties that the example of a request has. */
    private static final Set<String> USUAL = Set.of("labels", "all", "daily");

    private final Map<String, Schema> schemas;

    ExampleFactory(Map<String, Schema> schemas) {
        this.schemas = schemas;
    }

    /** One example of a request for each form of its target; empty for a request without forms. */
    Map<String, Object> requests(@Nullable Schema request) {
        Map<String, Object> examples = new LinkedHashMap<>();
        Schema schema = resolved(request);
        Map<String, Schema> properties = schema == null ? null : schema.getProperties();
        Schema target = properties == null ? null : resolved(properties.get("target"));
        if (target == null || target.getOneOf() == null || !(of(request, "", true) instanceof Map<?, ?> base)) {
            return examples;
        }
        for (Schema form : target.getOneOf()) {
            Map<Object, Object> example = new LinkedHashMap<>(base);
            Object value = of(form, "target", true);
            example.put("target", value);
            if (value instanceof Map<?, ?> fields && "merge".equals(fields.get("kind"))) {
                example.put("tables", List.of(TEXTS.getOrDefault("tables", "")));
            }
            examples.put(value instanceof Map<?, ?> fields ? String.valueOf(fields.get("kind")) : "other", example);
        }
        return examples;
    }

    /** @param name of the property, which selects the text */
    @Nullable
    Object of(@Nullable Schema of, String name, boolean request) {
        Schema schema = resolved(of);
        if (schema == null) {
            return Map.of();
        }
        if (schema.getOneOf() != null && !schema.getOneOf().isEmpty()) {
            return of(schema.getOneOf().getFirst(), name, request);
        }
        if (schema.getEnumeration() != null && !schema.getEnumeration().isEmpty()) {
            return schema.getEnumeration().getFirst();
        }
        if (schema.getExamples() != null && !schema.getExamples().isEmpty()) {
            return schema.getExamples().getFirst();
        }
        List<SchemaType> types = schema.getType();
        SchemaType type = types == null || types.isEmpty() ? SchemaType.OBJECT : types.getFirst();
        return switch (type) {
            case STRING -> text(schema, name);
            case INTEGER, NUMBER -> 1;
            case BOOLEAN -> false;
            case ARRAY -> List.of(orEmpty(of(schema.getItems(), name, request)));
            case OBJECT -> object(schema, name, request);
            case NULL -> null;
        };
    }

    private Object object(Schema schema, String name, boolean request) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (schema.getProperties() == null) {
            if (schema.getAdditionalPropertiesSchema() != null) {
                fields.put("id", orEmpty(of(schema.getAdditionalPropertiesSchema(), name, request)));
            }
            return fields;
        }
        List<String> required = schema.getRequired() == null ? List.of() : schema.getRequired();
        schema.getProperties().forEach((property, of) -> {
            if (!request || required.contains(property) || USUAL.contains(property)) {
                fields.put(property, orEmpty(of(of, property, request)));
            }
        });
        return fields;
    }

    private static Object orEmpty(@Nullable Object value) {
        return value == null ? Map.of() : value;
    }

    private static String text(Schema schema, String name) {
        String format = String.valueOf(schema.getFormat());
        return switch (format) {
            case "uuid" -> UUID;
            case "date-time" -> INSTANT;
            default -> TEXTS.getOrDefault(name, "text");
        };
    }

    private @Nullable Schema resolved(@Nullable Schema schema) {
        Schema found = schema;
        while (found != null && found.getRef() != null) {
            found = schemas.get(found.getRef().substring(JsonForms.PREFIX.length()));
        }
        return found;
    }
}
