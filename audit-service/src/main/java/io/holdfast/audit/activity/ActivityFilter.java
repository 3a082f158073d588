package io.holdfast.audit.activity;

import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which activities are wanted: the conditions that every line must meet, and their values. */
final class ActivityFilter {
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final StringBuilder conditions = new StringBuilder("1 = 1");

    ActivityFilter equal(String field, @Nullable String value) {
        return value == null || value.isEmpty() ? this : and("a." + field + " = :" + field, field, value);
    }

    ActivityFilter from(@Nullable String instant) {
        return instant == null ? this : and("a.createdAt >= :from", "from", instant("from", instant));
    }

    /** Not including the instant itself, so that days can be asked for one after the other. */
    ActivityFilter to(@Nullable String instant) {
        return instant == null ? this : and("a.createdAt < :to", "to", instant("to", instant));
    }

    ActivityFilter after(@Nullable Long position) {
        return position == null ? this : and("a.position < :position", "position", position);
    }

    ActivityFilter repeated(boolean wanted) {
        return wanted ? this : and("a.repeated = :repeated", "repeated", false);
    }

    /** Activities of the platform itself are only for those who see all sources. */
    ActivityFilter visible(VisibleSources sources) {
        return sources.all() ? this : and("a.source in (:visible)", "visible", List.copyOf(sources.names()));
    }

    String conditions() {
        return conditions.toString();
    }

    Map<String, Object> values() {
        return values;
    }

    private ActivityFilter and(String condition, String name, Object value) {
        conditions.append(" and ").append(condition);
        values.put(name, value);
        return this;
    }

    private static Instant instant(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "\"" + name + "\" is not an instant; write it as 2026-01-15T14:30:00Z",
                    e);
        }
    }
}
