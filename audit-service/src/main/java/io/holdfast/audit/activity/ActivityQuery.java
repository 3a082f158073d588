package io.holdfast.audit.activity;

import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Reads the log. */
@ApplicationScoped
class ActivityQuery {
    private final TransactionRunner transactionRunner;

    ActivityQuery(TransactionRunner transactionRunner) {
        this.transactionRunner = transactionRunner;
    }

    /** The latest recorded first. */
    Uni<List<Activity>> find(ActivityFilter filter, int limit) {
        String query = "from Activity a where " + filter.conditions() + " order by a.position desc";
        return transactionRunner.run(session -> {
            Mutiny.SelectionQuery<Activity> selection =
                    session.createSelectionQuery(query, Activity.class).setMaxResults(limit);
            filter.values().forEach(selection::setParameter);
            return selection.getResultList();
        });
    }
}
