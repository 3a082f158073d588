package io.holdfast.contracts;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every record of the contract checks when it is made. A message that came without a required field, or with a
 * hole in a list, is refused by the field's name instead of failing somewhere later.
 */
final class RequiredFields {
    private RequiredFields() {}

    /** Refuses the first pair without a value. */
    static void fields(@Nullable Object... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] == null) {
                throw missing(String.valueOf(namesAndValues[i]));
            }
        }
    }

    /** For what others write by hand: a name made of nothing is as good as none. */
    static void text(String name, @Nullable String value) {
        if (value == null) {
            throw missing(name);
        }
        if (value.isBlank()) {
            throw new IllegalArgumentException("field \"" + name + "\" is blank; give it a value");
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

    static <T> List<T> listOrEmpty(String name, @Nullable List<? extends @Nullable T> values) {
        return values == null ? List.of() : list(name, values);
    }

    /** Bounds what others write by hand and the database indexes. Length is in characters, as JSON Schema counts them. */
    static List<String> atMost(String name, List<String> values, int most, int length) {
        if (values.size() > most) {
            throw new IllegalArgumentException(
                    "field \"" + name + "\" holds " + values.size() + " entries; it may hold " + most);
        }
        for (String value : values) {
            if (value.codePointCount(0, value.length()) > length) {
                throw new IllegalArgumentException("field \"" + name
                        + "\" holds a text that is too long; each may have " + length + " characters");
            }
        }
        return values;
    }

    /** Keeps the order of the entries, so that what is written equals what was read. */
    static Map<String, String> entries(String name, @Nullable Map<String, @Nullable String> values) {
        if (values == null) {
            throw missing(name);
        }
        if (values.isEmpty()) {
            throw new IllegalArgumentException("field \"" + name + "\" is empty; name at least one entry");
        }
        Map<String, String> copy = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (value == null) {
                throw new IllegalArgumentException("field \"" + name + "." + key + "\" is null; give it a value");
            }
            copy.put(key, value);
        });
        return Collections.unmodifiableMap(copy);
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException("required field \"" + name + "\" is missing");
    }
}
