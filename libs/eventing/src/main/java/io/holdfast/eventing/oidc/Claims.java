package io.holdfast.eventing.oidc;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The claims of a verified token. A claim is found by its whole name, else by a path with slashes through nested claims. */
record Claims(Map<String, Object> members) {

    @Nullable
    Object at(String path) {
        Object whole = members.get(path);
        if (whole != null) {
            return whole;
        }
        Object at = members;
        for (String name : path.split("/", -1)) {
            at = at instanceof Map<?, ?> nested ? nested.get(name) : null;
        }
        return at;
    }

    /** A text, number or boolean as one text, a list of them as several; empty for everything else. */
    List<String> values(String path) {
        Object value = at(path);
        Stream<?> all = value instanceof Collection<?> list ? list.stream() : Stream.ofNullable(value);
        return all.filter(each -> each instanceof String || each instanceof Number || each instanceof Boolean)
                .map(String::valueOf)
                .toList();
    }
}
