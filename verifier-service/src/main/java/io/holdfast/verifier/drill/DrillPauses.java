package io.holdfast.verifier.drill;

import io.holdfast.contracts.SourceEvent;
import io.holdfast.verifier.verification.PauseRecords;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/** The pauses of sources: a slot of a drill in a pause starts none. An older event never replaces a newer one. */
@ApplicationScoped
class DrillPauses implements PauseRecords {
    private static final String RECORD = """
            insert into source_pause (source_name, paused_from, paused_until, recorded_at) values (?1, ?2, ?3, ?2)
            on conflict (source_name) do update set paused_from = excluded.paused_from,
                paused_until = excluded.paused_until, recorded_at = excluded.recorded_at
            where excluded.recorded_at >= source_pause.recorded_at""";

    @Override
    public Uni<Void> paused(Mutiny.Session session, SourceEvent.Paused event) {
        return session.createNativeQuery(RECORD)
                .setParameter(1, event.source().name())
                .setParameter(2, event.pausedAt())
                .setParameter(3, event.until())
                .executeUpdate()
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> resumed(Mutiny.Session session, SourceEvent.Resumed event) {
        return session.createNativeQuery("""
                        update source_pause set paused_until = least(paused_until, ?2), recorded_at = ?2
                        where source_name = ?1 and recorded_at <= ?2""")
                .setParameter(1, event.source().name())
                .setParameter(2, event.resumedAt())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Returns whether a slot lies in the latest pause of its source. */
    Uni<Boolean> covers(Mutiny.Session session, String source, Instant slot) {
        return session.createNativeQuery(
                        "select count(*) from source_pause where source_name = ?1 and paused_from <= ?2"
                                + " and paused_until > ?2",
                        Long.class)
                .setParameter(1, source)
                .setParameter(2, slot)
                .getSingleResult()
                .map(count -> count > 0);
    }
}
