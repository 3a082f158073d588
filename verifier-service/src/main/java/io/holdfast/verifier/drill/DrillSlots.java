package io.holdfast.verifier.drill;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny;

/** Up to when the slots of each schedule of drills are decided. */
@ApplicationScoped
class DrillSlots {
    /** A schedule of a source. */
    record Key(String source, String schedule) {}

    /**
     * Locks a schedule until the end of the transaction, and returns the instant up to which its slots are decided: at first,
     * the time at which it came into the configuration. An instant of the future stems from a clock that was wrong.
     */
    Uni<Instant> decidedUntil(Mutiny.Session session, Key key, Instant now) {
        return session.createNativeQuery("""
                        insert into drill_schedule (source_name, schedule, since, decided_until) values (?1, ?2, ?3, ?3)
                        on conflict (source_name, schedule) do update
                        set since = least(drill_schedule.since, ?3),
                            decided_until = least(drill_schedule.decided_until, ?3)
                        returning decided_until""", Instant.class)
                .setParameter(1, key.source())
                .setParameter(2, key.schedule())
                .setParameter(3, now)
                .getSingleResult();
    }

    Uni<Void> decided(Mutiny.Session session, Key key, Instant until) {
        return session.createNativeQuery(
                        "update drill_schedule set decided_until = ?3 where source_name = ?1 and schedule = ?2")
                .setParameter(1, key.source())
                .setParameter(2, key.schedule())
                .setParameter(3, until)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Two schedules of one source may fire at the same time, and ask for one drill. */
    Uni<Boolean> isTaken(Mutiny.Session session, String source, String kind, Instant fireAt) {
        return session.createSelectionQuery(
                        "select count(d) from Drill d where d.sourceName = :source and d.kind = :kind"
                                + " and d.fireAt = :fireAt",
                        Long.class)
                .setParameter("source", source)
                .setParameter("kind", kind)
                .setParameter("fireAt", fireAt)
                .getSingleResult()
                .map(count -> count > 0);
    }

    /** Forgets schedules that left the configuration: one that comes back has missed nothing. */
    Uni<Void> forgetOthers(Mutiny.Session session, Set<Key> configured) {
        return known(session)
                .onItem()
                .transformToMulti(known -> Multi.createFrom().iterable(known.keySet()))
                .filter(key -> !configured.contains(key))
                .onItem()
                .transformToUniAndConcatenate(key -> forget(session, key))
                .collect()
                .asList()
                .replaceWithVoid();
    }

    private static Uni<Integer> forget(Mutiny.Session session, Key key) {
        return session.createNativeQuery("delete from drill_schedule where source_name = ?1 and schedule = ?2")
                .setParameter(1, key.source())
                .setParameter(2, key.schedule())
                .executeUpdate();
    }

    /** Since when each schedule is in the configuration. */
    Uni<Map<Key, Instant>> known(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select source_name, schedule, cast(floor(extract(epoch from since) * 1000) as bigint)"
                                + " from drill_schedule",
                        Object[].class)
                .getResultList()
                .map(DrillSlots::byKey);
    }

    private static Map<Key, Instant> byKey(List<Object[]> rows) {
        Map<Key, Instant> since = new HashMap<>();
        for (Object[] row : rows) {
            since.put(new Key((String) row[0], (String) row[1]), Instant.ofEpochMilli(((Number) row[2]).longValue()));
        }
        return since;
    }
}
