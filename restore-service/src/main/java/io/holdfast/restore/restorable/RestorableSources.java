package io.holdfast.restore.restorable;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** The latest check of each source's restoring role. */
@ApplicationScoped
class RestorableSources {
    Uni<Void> put(Mutiny.Session session, RestorableSource checked) {
        return session.merge(checked).replaceWithVoid();
    }

    /** Removes sources that the latest round did not check: they are not configured any more. */
    Uni<Void> removeCheckedBefore(Mutiny.Session session, Instant round) {
        return session.createMutationQuery("delete from RestorableSource s where s.checkedAt < :round")
                .setParameter("round", round)
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<List<RestorableSource>> all(Mutiny.Session session) {
        return session.createSelectionQuery("from RestorableSource s order by s.source", RestorableSource.class)
                .getResultList();
    }
}
