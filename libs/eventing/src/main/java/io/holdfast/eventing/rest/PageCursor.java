package io.holdfast.eventing.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where the next page of a list begins: after this key. Opaque to clients. */
public record PageCursor(String after) {
    /** The largest {@code limit} of a page. */
    public static final int MAX_LIMIT = 200;

    /** @throws HoldfastException REQUEST_INVALID if it is none of ours */
    public static @Nullable PageCursor parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            String after = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            if (after.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("no key of a list contains U+0000");
            }
            return new PageCursor(after);
        } catch (IllegalArgumentException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one that Holdfast gave out; leave it out to start from the first page",
                    e);
        }
    }

    @Override
    public String toString() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(after.getBytes(StandardCharsets.UTF_8));
    }

    /** One page of a list; {@code next} is absent on the last. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page<T>(List<T> items, @Nullable String next) {

        /**
         * Makes a page of at most {@code limit} items from rows that were read with {@code limit + 1}.
         *
         * @param key the sort key of an item
         */
        public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> key) {
            if (rows.size() <= limit) {
                return new Page<>(List.copyOf(rows), null);
            }
            List<T> items = List.copyOf(rows.subList(0, limit));
            return new Page<>(items, new PageCursor(key.apply(items.getLast())).toString());
        }
    }
}
