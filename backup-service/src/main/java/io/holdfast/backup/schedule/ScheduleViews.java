package io.holdfast.backup.schedule;

import io.holdfast.backup.source.ProtectedSource;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;

/** Reads what REST shows of a source's schedules. */
@ApplicationScoped
class ScheduleViews {
    private static final int SLOTS = 5;

    private final SlotLedger ledger;
    private final SourcePauses pauses;
    private final ScheduleTicker ticker;
    private final InstantSource clock;

    ScheduleViews(SlotLedger ledger, SourcePauses pauses, ScheduleTicker ticker, InstantSource clock) {
        this.ledger = ledger;
        this.pauses = pauses;
        this.ticker = ticker;
        this.clock = clock;
    }

    Uni<ScheduleView> of(Mutiny.Session session, ProtectedSource source) {
        Instant now = clock.instant();
        return pauses.of(session, source.ref(), now)
                .chain(pause -> ledger.newest(session, source.ref().id(), SLOTS)
                        .map(slots -> ScheduleView.of(
                                source, ticker.nextRun(source).orElse(null), pause.orElse(null), slots, now)));
    }
}
