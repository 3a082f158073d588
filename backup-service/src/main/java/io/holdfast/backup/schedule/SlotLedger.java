package io.holdfast.backup.schedule;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.config.Cron;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The queries of the ledger of slots. */
@ApplicationScoped
class SlotLedger {

    /** Keeps other replicas from deciding on slots of the source until the transaction ends. */
    Uni<Void> lock(Mutiny.Session session, SourceId source) {
        return session.createNativeQuery("select 1 from source where id = cast(?1 as uuid) for update", Integer.class)
                .setParameter(1, source.toString())
                .getResultList()
                .replaceWithVoid();
    }

    /**
     * Returns the instant up to which the slots of a schedule were decided: its newest slot that is not in the future, or
     * the time at which it came into the configuration. Slots in the future stem from a clock that was wrong.
     */
    Uni<Instant> decidedUntil(Mutiny.Session session, SourceId source, Cron cron, Instant now) {
        return since(session, source, cron, now)
                .chain(since -> session.createSelectionQuery(
                                "select max(s.fireAt) from Slot s where s.sourceId = :source and s.schedule = :schedule"
                                        + " and s.fireAt <= :now",
                                Instant.class)
                        .setParameter("source", source.value())
                        .setParameter("schedule", cron.toString())
                        .setParameter("now", now)
                        .getSingleResultOrNull()
                        .map(last -> last == null || last.isBefore(since) ? since : last));
    }

    /**
     * Forgets MISSED slots of the future: a clock that was ahead recorded them, and no backup was started for them. They are
     * decided again when their time comes.
     */
    Uni<Void> forgetMissedOfTheFuture(Mutiny.Session session, SourceId source, Cron cron, Instant now) {
        return session.createMutationQuery("delete from Slot s where s.sourceId = :source and s.schedule = :schedule"
                        + " and s.state = :missed and s.fireAt > :now")
                .setParameter("source", source.value())
                .setParameter("schedule", cron.toString())
                .setParameter("missed", SlotState.MISSED)
                .setParameter("now", now)
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Uni<Instant> since(Mutiny.Session session, SourceId source, Cron cron, Instant now) {
        return session.createNativeQuery("""
                        insert into schedule_start (source_id, schedule, since) values (cast(?1 as uuid), ?2, ?3)
                        on conflict (source_id, schedule) do update set since = least(schedule_start.since, ?3)
                        returning since""", Instant.class)
                .setParameter(1, source.toString())
                .setParameter(2, cron.toString())
                .setParameter(3, now)
                .getSingleResult();
    }

    /** Forgets the start of a schedule that left the configuration: if it comes back, it has missed nothing. */
    Uni<Void> forgetStart(Mutiny.Session session, SourceId source, Cron cron) {
        return session.createNativeQuery(
                        "delete from schedule_start where source_id = cast(?1 as uuid) and schedule = ?2")
                .setParameter(1, source.toString())
                .setParameter(2, cron.toString())
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Optional<Backup>> running(Mutiny.Session session, SourceId source) {
        return first(session.createSelectionQuery(
                        "from Backup b where b.sourceId = :source and b.state in (:states) and b.kind <> :safety order by"
                                + " b.id desc",
                        Backup.class)
                .setParameter("source", source.value())
                .setParameter("states", List.of(BackupState.REQUESTED, BackupState.RUNNING))
                .setParameter("safety", BackupKind.SAFETY));
    }

    /** A usable backup of data that is at least as new as this instant. */
    Uni<Optional<Backup>> newerThan(Mutiny.Session session, SourceId source, Instant at) {
        return first(session.createSelectionQuery(
                        "from Backup b where b.sourceId = :source and b.state in (:states) and b.kind <> :safety and"
                                + " b.snapshotAt >= :at order by b.id desc",
                        Backup.class)
                .setParameter("source", source.value())
                .setParameter("states", List.of(BackupState.STORED, BackupState.PROVEN))
                .setParameter("safety", BackupKind.SAFETY)
                .setParameter("at", at));
    }

    private static Uni<Optional<Backup>> first(Mutiny.SelectionQuery<Backup> query) {
        return query.setMaxResults(1)
                .getResultList()
                .map(found -> found.stream().findFirst());
    }

    /** The newest slots of a source, newest first. */
    Uni<List<Slot>> newest(Mutiny.Session session, SourceId source, int limit) {
        return session.createSelectionQuery(
                        "from Slot s where s.sourceId = :source order by s.fireAt desc, s.id desc", Slot.class)
                .setParameter("source", source.value())
                .setMaxResults(limit)
                .getResultList();
    }

    /** Slots whose backup failed and that no later slot of the same schedule replaces. */
    Uni<List<FailedSlot>> failed(Mutiny.Session session, Instant since) {
        return session.createSelectionQuery("""
                        select s, b from Slot s, Backup b
                        where b.id = s.backupId and b.state = :failed and s.fireAt > :since
                          and not exists (select 1 from Slot n where n.sourceId = s.sourceId and n.schedule = s.schedule
                                          and n.fireAt > s.fireAt)""", Object[].class)
                .setParameter("failed", BackupState.FAILED)
                .setParameter("since", since)
                .getResultList()
                .map(rows -> rows.stream()
                        .map(row -> new FailedSlot((Slot) row[0], (Backup) row[1]))
                        .toList());
    }

    record FailedSlot(Slot slot, Backup backup) {}

    Uni<Void> forget(Mutiny.Session session, Instant before) {
        return session.createMutationQuery("delete from Slot s where s.fireAt < :before")
                .setParameter("before", before)
                .executeUpdate()
                .replaceWithVoid();
    }
}
