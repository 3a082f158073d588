package io.holdfast.restore.restorable;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** The latest check of each source's restoring role. */
@ApplicationScoped
class RestorableSources {
    private final RestoreRoleAlerts alerts;

    RestorableSources(RestoreRoleAlerts alerts) {
        this.alerts = alerts;
    }

    /** Records a check, with its alert if the result changed. */
    Uni<Void> put(Mutiny.Session session, RestorableSource checked) {
        return session.find(RestorableSource.class, checked.source())
                .call(before -> alerts.checked(session, before, checked))
                .chain(() -> session.merge(checked))
                .replaceWithVoid();
    }

    /** Removes sources that the latest round did not check: they are not configured any more. */
    Uni<Void> removeCheckedBefore(Mutiny.Session session, Instant round) {
        return session.createSelectionQuery(
                        "from RestorableSource s where s.checkedAt < :round", RestorableSource.class)
                .setParameter("round", round)
                .getResultList()
                .onItem()
                .<RestorableSource>disjoint()
                .onItem()
                .transformToUniAndConcatenate(
                        source -> alerts.removed(session, source, round).chain(() -> session.remove(source)))
                .collect()
                .asList()
                .replaceWithVoid();
    }

    Uni<List<RestorableSource>> all(Mutiny.Session session) {
        return session.createSelectionQuery("from RestorableSource s order by s.source", RestorableSource.class)
                .getResultList();
    }
}
