package io.holdfast.eventing.cloudevents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the data of a CloudEvent into its record, and says what is wrong with it in words for its sender. */
public final class EventDataReader {
    private EventDataReader() {}

    /**
     * Reads data.
     *
     * @throws HoldfastException REQUEST_INVALID naming the field; never repeats its value
     */
    public static <E extends Event> E read(JsonNode data, Class<? extends E> type, boolean strict) {
        if (!data.isObject()) {
            throw invalid("data must be a JSON object", null);
        }
        E event;
        try {
            event = (strict ? EventJson.strict() : EventJson.mapper()).treeToValue(data, type);
        } catch (UnrecognizedPropertyException e) {
            throw invalid("data has an unknown field \"" + path(e) + "\"; known are " + e.getKnownPropertyIds(), e);
        } catch (ValueInstantiationException e) {
            // the contract's own check of its record; its words name the field, never the value
            String why =
                    e.getCause() instanceof IllegalArgumentException own ? own.getMessage() : "a field is not valid";
            throw invalid("data: " + why, e);
        } catch (JsonMappingException e) {
            throw invalid("field \"" + path(e) + "\" of data is missing or not valid", e);
        } catch (JsonProcessingException e) {
            throw invalid("data cannot be read", e);
        }
        requireComponents(event, "");
        return event;
    }

    /** A record's component may be absent only where it says {@code @Nullable}. */
    private static void requireComponents(Object value, String path) {
        switch (value) {
            case Record fields -> {
                for (RecordComponent component : fields.getClass().getRecordComponents()) {
                    requireComponent(fields, component, path);
                }
            }
            case Collection<?> items -> items.forEach(item -> requirePresent(item, path));
            case Map<?, ?> entries -> entries.values().forEach(item -> requirePresent(item, path));
            default -> {}
        }
    }

    private static void requireComponent(Record owner, RecordComponent component, String path) {
        String name = path.isEmpty() ? component.getName() : path + "." + component.getName();
        Object field = valueOf(owner, component);
        if (field != null || !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            requirePresent(field, name);
        }
    }

    private static void requirePresent(@Nullable Object value, String path) {
        if (value == null) {
            throw invalid("field \"" + path + "\" of data is missing", null);
        }
        requireComponents(value, path);
    }

    private static @Nullable Object valueOf(Record owner, RecordComponent component) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static HoldfastException invalid(String what, @Nullable Throwable cause) {
        String message = what + "; correct it and send the request with a new id";
        return cause == null
                ? HoldfastException.of(FailureCode.REQUEST_INVALID, message)
                : HoldfastException.of(FailureCode.REQUEST_INVALID, message, cause);
    }
}
