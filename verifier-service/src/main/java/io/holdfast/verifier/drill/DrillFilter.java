package io.holdfast.verifier.drill;

import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.eventing.rest.IdRange;
import io.holdfast.eventing.rest.PageCursor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which drills a list shows, newest first.
 *
 * @param condition in HQL, of {@code d}
 * @param parameters of the condition
 */
record DrillFilter(String condition, Map<String, Object> parameters, int limit) {

    /** @throws HoldfastException REQUEST_INVALID for an unknown state or a cursor of another list */
    static DrillFilter of(
            @Nullable String source,
            VisibleSources visible,
            @Nullable String state,
            @Nullable IdRange ids,
            @Nullable String cursor,
            int limit) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        StringBuilder hql = new StringBuilder("1 = 1");
        if (source != null) {
            hql.append(" and d.sourceName = :source");
            parameters.put("source", source);
        }
        if (!visible.all()) {
            hql.append(" and d.sourceName in (:visible)");
            parameters.put("visible", List.copyOf(visible.names()));
        }
        if (state != null && !state.isEmpty()) {
            hql.append(" and d.state = :state");
            parameters.put("state", parse(state));
        }
        if (ids != null) {
            hql.append(" and d.id >= :first and d.id <= :last");
            parameters.put("first", ids.first());
            parameters.put("last", ids.last());
        }
        PageCursor after = PageCursor.parse(cursor);
        if (after != null) {
            hql.append(" and d.id < :after");
            parameters.put("after", position(after));
        }
        return new DrillFilter(hql.toString(), parameters, limit);
    }

    private static DrillState parse(String state) {
        return Arrays.stream(DrillState.values())
                .filter(known -> known.name().equals(state.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> HoldfastException.about(
                        state,
                        FailureCode.REQUEST_INVALID,
                        "there is no state \"" + state + "\"; states are " + Arrays.toString(DrillState.values())));
    }

    private static UUID position(PageCursor cursor) {
        try {
            return VerificationId.parse(cursor.after()).value();
        } catch (IllegalArgumentException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one of this list; leave it out to start from the first page",
                    e);
        }
    }
}
