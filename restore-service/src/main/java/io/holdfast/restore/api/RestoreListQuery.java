package io.holdfast.restore.api;

import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.rest.IdRange;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreState;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Pages of restores. */
final class RestoreListQuery {
    private RestoreListQuery() {}

    /** Newest first, one more than the limit if there are more. */
    static Uni<List<Restore>> of(
            Mutiny.Session session,
            @Nullable String source,
            VisibleSources visible,
            @Nullable RestoreState state,
            @Nullable IdRange ids,
            @Nullable PageCursor after,
            int limit) {
        StringBuilder hql = new StringBuilder("from Restore r where 1 = 1");
        Map<String, Object> parameters = new HashMap<>();
        if (source != null) {
            hql.append(" and r.sourceName = :source");
            parameters.put("source", source);
        }
        if (!visible.all()) {
            hql.append(" and r.sourceName in (:visible)");
            parameters.put("visible", List.copyOf(visible.names()));
        }
        if (state != null) {
            hql.append(" and r.state = :state");
            parameters.put("state", state);
        }
        if (ids != null) {
            hql.append(" and r.id >= :first and r.id <= :last");
            parameters.put("first", ids.first());
            parameters.put("last", ids.last());
        }
        if (after != null) {
            hql.append(" and r.id < :after");
            parameters.put("after", position(after));
        }
        var query =
                session.createSelectionQuery(hql.append(" order by r.id desc").toString(), Restore.class);
        parameters.forEach(query::setParameter);
        return query.setMaxResults(limit + 1).getResultList();
    }

    private static UUID position(PageCursor after) {
        try {
            return RestoreId.parse(after.after()).value();
        } catch (IllegalArgumentException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the cursor is not one of a list of restores; leave it out to start from the first page",
                    e);
        }
    }
}
