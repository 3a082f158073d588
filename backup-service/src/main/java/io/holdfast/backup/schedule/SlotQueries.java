package io.holdfast.backup.schedule;

import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The list of slots, with filters and pages. */
@ApplicationScoped
class SlotQueries {

    /**
     * Returns one slot more than the limit, if there is one more.
     *
     * @throws HoldfastException REQUEST_INVALID for an unknown state or a cursor of another list
     */
    Uni<List<Slot>> list(
            Mutiny.Session session,
            @Nullable String source,
            VisibleSources visible,
            @Nullable String state,
            @Nullable String cursor,
            int limit) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        StringBuilder hql = new StringBuilder("from Slot s where 1 = 1");
        if (source != null && !source.isEmpty()) {
            hql.append(" and s.sourceName = :source");
            parameters.put("source", source);
        }
        if (!visible.all()) {
            hql.append(" and s.sourceName in (:visible)");
            parameters.put("visible", List.copyOf(visible.names()));
        }
        if (state != null && !state.isEmpty()) {
            hql.append(" and s.state = :state");
            parameters.put("state", parse(state));
        }
        PageCursor after = PageCursor.parse(cursor);
        if (after != null) {
            hql.append(" and s.id < :after");
            parameters.put("after", position(after));
        }
        var query =
                session.createSelectionQuery(hql.append(" order by s.id desc").toString(), Slot.class);
        parameters.forEach(query::setParameter);
        return query.setMaxResults(limit + 1).getResultList();
    }

    private static SlotState parse(String state) {
        return Arrays.stream(SlotState.values())
                .filter(known -> known.name().equals(state.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> HoldfastException.about(
                        state,
                        FailureCode.REQUEST_INVALID,
                        "there is no state \"" + state + "\"; states are " + Arrays.toString(SlotState.values())));
    }

    private static UUID position(PageCursor cursor) {
        try {
            return BackupId.parse(cursor.after()).value();
        } catch (IllegalArgumentException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one of this list; leave it out to start from the first page",
                    e);
        }
    }
}
