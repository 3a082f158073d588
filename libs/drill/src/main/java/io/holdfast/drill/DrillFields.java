package io.holdfast.drill;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of the fields of a report. Each refusal names the field. */
final class DrillFields {
    private DrillFields() {}

    /** Refuses the first pair without a value. */
    static void required(@Nullable Object... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] == null) {
                throw missing(String.valueOf(namesAndValues[i]));
            }
        }
    }

    /** Refuses the first pair whose text is missing or blank. */
    static void texts(@Nullable String... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String value = namesAndValues[i + 1];
            if (value == null) {
                throw missing(String.valueOf(namesAndValues[i]));
            }
            if (value.isBlank()) {
                throw new IllegalArgumentException("field \"" + namesAndValues[i] + "\" is blank; give it a value");
            }
        }
    }

    static void notNegative(String name, @Nullable Long value) {
        if (value != null && value < 0) {
            throw new IllegalArgumentException("field \"" + name + "\" is " + value + "; expected 0 or more");
        }
    }

    static <T> List<T> list(String name, @Nullable List<? extends @Nullable T> values) {
        if (values == null) {
            throw missing(name);
        }
        for (T value : values) {
            if (value == null) {
                throw new IllegalArgumentException("field \"" + name + "\" holds a null; remove it from the list");
            }
        }
        return List.copyOf(values);
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException("required field \"" + name + "\" is missing");
    }
}
