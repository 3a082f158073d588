package io.holdfast.eventing.openapi;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RestoreTarget;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Discriminator;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;
import org.jspecify.annotations.Nullable;

/** The schemas of a document, in the form that Jackson writes and reads. */
final class JsonForms {
    static final String PROBLEM = "Problem";
    static final String FAILURE_CODE = "FailureCode";
    static final String PREFIX = "#/components/schemas/";
    private static final String TARGET = "RestoreTarget";
    private static final String KIND = "kind";
    private static final DotName NULLABLE = DotName.createSimple(Nullable.class);

    private final IndexView index;
    private final OpenAPI document;
    private final Map<String, Schema> schemas = new TreeMap<>();

    JsonForms(IndexView index, OpenAPI document) {
        this.index = index;
        this.document = document;
        Map<String, Schema> found = document.getComponents().getSchemas();
        if (found != null) {
            schemas.putAll(found);
        }
    }

    Map<String, Schema> completed() {
        Set<String> requested = requested();
        schemas.replaceAll((name, schema) -> isId(name, schema) ? id() : schema);
        schemas.forEach((name, schema) -> require(name, schema, requested.contains(name)));
        if (schemas.containsKey(TARGET)) {
            schemas.putAll(targets());
        }
        schemas.put(
                FAILURE_CODE,
                text().enumeration(List.copyOf(Arrays.stream(FailureCode.values())
                        .map(FailureCode::name)
                        .toList())));
        schemas.put(PROBLEM, problem());
        return schemas;
    }

    /** A record with one component {@code value}, which Jackson writes as its text. */
    private static boolean isId(String name, Schema schema) {
        return name.endsWith("Id")
                && schema.getProperties() != null
                && schema.getProperties().keySet().equals(Set.of("value"));
    }

    private static Schema id() {
        return text().format("uuid");
    }

    static Schema text() {
        return OASFactory.createSchema().addType(SchemaType.STRING);
    }

    static Schema reference(String name) {
        return OASFactory.createSchema().ref(PREFIX + name);
    }

    /** The schemas that request bodies refer to. */
    private Set<String> requested() {
        Set<String> names = new HashSet<>();
        if (document.getPaths() == null || document.getPaths().getPathItems() == null) {
            return names;
        }
        for (PathItem path : document.getPaths().getPathItems().values()) {
            path.getOperations().values().stream()
                    .filter(operation -> operation.getRequestBody() != null
                            && operation.getRequestBody().getContent() != null)
                    .flatMap(operation -> operation.getRequestBody().getContent().getMediaTypes().values().stream())
                    .forEach(body -> follow(body.getSchema(), names));
        }
        return names;
    }

    private void follow(@Nullable Schema schema, Set<String> names) {
        if (schema == null) {
            return;
        }
        String ref = schema.getRef();
        if (ref != null) {
            String name = ref.substring(PREFIX.length());
            if (names.add(name)) {
                follow(schemas.get(name), names);
            }
            return;
        }
        follow(schema.getItems(), names);
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(property -> follow(property, names));
        }
    }

    /** Components that are not nullable are required; in requests, lists may be absent. */
    private void require(String name, Schema schema, boolean requested) {
        Map<String, Schema> properties = schema.getProperties();
        if (properties == null || schema.getRequired() != null) {
            return;
        }
        List<String> required = name.startsWith("Page")
                ? List.of("items")
                : recordOf(name, properties.keySet()).stream()
                        .flatMap(type -> type.recordComponents().stream())
                        .filter(component -> !component.type().hasAnnotation(NULLABLE)
                                && !component.hasAnnotation(NULLABLE)
                                && !(requested && isList(component)))
                        .map(RecordComponentInfo::name)
                        .sorted()
                        .toList();
        if (!required.isEmpty()) {
            schema.setRequired(new ArrayList<>(required));
        }
    }

    private static boolean isList(RecordComponentInfo component) {
        return component.type().name().equals(DotName.createSimple(List.class));
    }

    /** Simple names may repeat, and the document then numbers them. */
    private List<ClassInfo> recordOf(String name, Set<String> properties) {
        String simple = name.replaceAll("\\d+$", "");
        return index.getKnownClasses().stream()
                .filter(type ->
                        type.isRecord() && type.name().withoutPackagePrefix().matches("(.*\\$)?" + simple))
                .filter(type -> type.recordComponents().stream()
                        .map(RecordComponentInfo::name)
                        .toList()
                        .containsAll(properties))
                .limit(1)
                .toList();
    }

    private static Map<String, Schema> targets() {
        Map<String, Schema> targets = new LinkedHashMap<>();
        Schema one = OASFactory.createSchema();
        Discriminator discriminator = OASFactory.createDiscriminator().propertyName(KIND);
        for (JsonSubTypes.Type type :
                RestoreTarget.class.getAnnotation(JsonSubTypes.class).value()) {
            String name = TARGET + type.value().getSimpleName();
            targets.put(name, target(type));
            one.addOneOf(reference(name));
            discriminator.addMapping(type.name(), PREFIX + name);
        }
        targets.put(TARGET, one.discriminator(discriminator));
        return targets;
    }

    private static Schema target(JsonSubTypes.Type type) {
        Schema schema = OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .addProperty(KIND, text().addEnumeration(type.name()))
                .addRequired(KIND);
        for (RecordComponent component : type.value().getRecordComponents()) {
            Schema property = text();
            Object[] constants = component.getType().getEnumConstants();
            if (constants != null) {
                Arrays.stream(constants).map(String::valueOf).forEach(property::addEnumeration);
            }
            schema.addProperty(component.getName(), property);
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                schema.addRequired(component.getName());
            }
        }
        return schema;
    }

    private static Schema problem() {
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .description("RFC 9457; code and object are Holdfast's.")
                .addProperty("type", text())
                .addProperty("title", text())
                .addProperty(
                        "status",
                        OASFactory.createSchema().addType(SchemaType.INTEGER).format("int32"))
                .addProperty("detail", text())
                .addProperty("code", reference(FAILURE_CODE))
                .addProperty("object", text())
                .required(new ArrayList<>(List.of("type", "title", "status", "detail")));
    }
}
