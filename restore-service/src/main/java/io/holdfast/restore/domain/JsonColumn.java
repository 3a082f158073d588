package io.holdfast.restore.domain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.eventing.cloudevents.EventJson;
import org.jspecify.annotations.Nullable;

/** What is kept with a restore as JSON, and not searched for. */
public final class JsonColumn {
    private JsonColumn() {}

    public static String text(Object value) {
        try {
            return EventJson.mapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be kept: " + value.getClass(), e);
        }
    }

    public static <T> @Nullable T read(@Nullable String text, TypeReference<T> type) {
        try {
            return text == null ? null : EventJson.mapper().readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was kept as " + type.getType() + " cannot be read", e);
        }
    }
}
