package io.holdfast.audit.activity;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which activities are wanted: the conditions that every line must meet, and their values. */
final class Filter {
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final StringBuilder conditions = new StringBuilder("1 = 1");

    Filter equal(String field, @Nullable String value) {
        return value == null || value.isEmpty() ? this : and("a." + field + " = :" + field, field, value);
    }

    Filter from(@Nullable String instant) {
        return instant == null ? this : and("a.createdAt >= :from", "from", instant("from", instant));
    }

    /** Not including the instant itself, so that days can be asked for one after the other. */
    Filter to(@Nullable String instant) {
        return instant == null ? this : and("a.createdAt < :to", "to", instant("to", instant));
    }

    Filter after(@Nullable Long position) {
        return position == null ? this : and("a.position < :position", "position", position);
    }

    Filter repeated(boolean wanted) {
        return wanted ? this : and("a.repeated = :repeated", "repeated", false);
    }

    String conditions() {
        return conditions.toString();
    }

    Map<String, Object> values() {
        return values;
    }

    private Filter and(String condition, String name, Object value) {
        conditions.append(" and ").append(condition);
        values.put(name, value);
        return this;
    }

    private static Instant instant(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw Failure.of(
                    FailureCode.REQUEST_INVALID,
                    "\"" + name + "\" is not an instant; write it as 2026-01-15T14:30:00Z",
                    e);
        }
    }
}
