package io.holdfast.eventing.rest;

import io.holdfast.config.NameSuggestion;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The query parameters of an operation, read from its method: their names, numbers, switches and enums. */
final class QueryParameterRules {
    private static final String LIMIT = "limit";

    private QueryParameterRules() {}

    /** @throws HoldfastException REQUEST_INVALID naming the first parameter that the operation does not accept */
    static void check(Method operation, Map<String, List<String>> query) {
        Map<String, Class<?>> known = of(operation);
        query.forEach((name, values) -> {
            Class<?> type = known.get(name);
            if (type == null) {
                throw invalid(name, "query parameter \"" + name + "\" is unknown" + known(name, known));
            }
            values.forEach(value -> check(name, type, value));
        });
    }

    private static Map<String, Class<?>> of(Method operation) {
        Map<String, Class<?>> known = new TreeMap<>();
        for (Parameter parameter : operation.getParameters()) {
            QueryParam query = parameter.getAnnotation(QueryParam.class);
            RestQuery rest = parameter.getAnnotation(RestQuery.class);
            if (query != null) {
                known.put(query.value(), parameter.getType());
            } else if (rest != null) {
                known.put(rest.value().isEmpty() ? parameter.getName() : rest.value(), parameter.getType());
            }
        }
        return known;
    }

    private static String known(String name, Map<String, Class<?>> known) {
        if (known.isEmpty()) {
            return "; this operation has none";
        }
        return NameSuggestion.of(name, known.keySet())
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElseGet(() -> "; known are " + String.join(", ", known.keySet()));
    }

    private static void check(String name, Class<?> type, String value) {
        if (type == int.class) {
            checkNumber(name, value);
        } else if (type == boolean.class) {
            checkWord(name, value, List.of("true", "false"));
        } else if (type.isEnum()) {
            checkWord(name, value, Stream.of(type.getEnumConstants()).map(String::valueOf));
        }
    }

    private static void checkNumber(String name, String value) {
        Integer number = number(value);
        boolean limit = name.equals(LIMIT);
        if (number == null || (limit && (number < 1 || number > PageCursor.MAX_LIMIT))) {
            throw invalid(
                    name,
                    "query parameter \"" + name + "\" must be a whole number"
                            + (limit ? " from 1 to " + PageCursor.MAX_LIMIT : ""));
        }
    }

    private static @Nullable Integer number(String value) {
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static void checkWord(String name, String value, Stream<String> words) {
        checkWord(name, value, words.toList());
    }

    /** An empty value means the default, as if the parameter was absent. */
    private static void checkWord(String name, String value, List<String> words) {
        if (!value.isEmpty() && !words.contains(value)) {
            throw invalid(name, "query parameter \"" + name + "\" must be one of " + String.join(", ", words));
        }
    }

    private static HoldfastException invalid(String name, String message) {
        return HoldfastException.about(name, FailureCode.REQUEST_INVALID, message);
    }
}
