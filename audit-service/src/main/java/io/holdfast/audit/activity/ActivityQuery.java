package io.holdfast.audit.activity;

import io.holdfast.eventing.rest.SourceFilter;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads the log. */
@ApplicationScoped
class ActivityQuery {
    private final TransactionRunner transactionRunner;
    private final SourceFilter sourceFilter;

    ActivityQuery(TransactionRunner transactionRunner, SourceFilter sourceFilter) {
        this.transactionRunner = transactionRunner;
        this.sourceFilter = sourceFilter;
    }

    /** The latest recorded first; fails with SOURCE_UNKNOWN for a source that is neither configured nor recorded. */
    Uni<List<Activity>> find(ActivityFilter filter, @Nullable String source, int limit) {
        String query = "from Activity a where " + filter.conditions() + " order by a.position desc";
        return transactionRunner.run(session -> {
            Mutiny.SelectionQuery<Activity> selection =
                    session.createSelectionQuery(query, Activity.class).setMaxResults(limit);
            filter.values().forEach(selection::setParameter);
            return sourceFilter
                    .require(session, source, Activity.class, "source")
                    .chain(selection::getResultList);
        });
    }
}
