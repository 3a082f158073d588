package io.holdfast.verifier.drill;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.drill.DrillReport;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.eventing.outbox.Outbox;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Alerts that no event raises: restore times that will miss the objective, and reports without a signature. The
 * table of open alerts and the events change in one transaction, so that each alert is raised and ended once.
 */
@Singleton
class DrillReminders extends RecurringJob {
    static final String AT_RISK = "rto-at-risk";
    static final String UNSIGNED = "drill-unsigned";
    private static final Duration TO_SIGN = Duration.ofDays(7);
    private static final int MEASURED = 20;

    private final Drills drills;
    private final Outbox outbox;
    private final LiveConfig live;
    private final InstantSource clock;
    private final Duration every;

    DrillReminders(
            RecurringJobStore jobs,
            Drills drills,
            Outbox outbox,
            LiveConfig live,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.drills.reminders-tick", defaultValue = "1h") Duration every) {
        super(jobs);
        this.drills = drills;
        this.outbox = outbox;
        this.live = live;
        this.clock = clock;
        this.every = every;
    }

    /** An alert that is to be open. */
    private record Reminder(String name, String source, String summary) {
        String id() {
            return name + "/" + source;
        }
    }

    @Override
    public String kind() {
        return "drill-reminders";
    }

    @Override
    protected Duration every() {
        return every;
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    @Override
    protected void round(Lease lease) {
        lease.commit(this::remind);
    }

    /** Raises and ends alerts in the caller's transaction. */
    Uni<Void> remind(Mutiny.Session session) {
        HoldfastConfig config = live.current();
        Instant now = clock.instant();
        return Multi.createFrom()
                .iterable(config.sources().entrySet())
                .onItem()
                .transformToUniAndConcatenate(
                        source -> reminders(session, source.getKey(), source.getValue(), config, now))
                .collect()
                .asList()
                .chain(found ->
                        change(session, found.stream().flatMap(List::stream).toList(), now));
    }

    private Uni<List<Reminder>> reminders(
            Mutiny.Session session, String name, SourceConfig source, HoldfastConfig config, Instant now) {
        return drills.measured(session, name, DrillReport.RESTORE_TEST, MEASURED)
                .map(measured -> atRisk(name, source, measured, now))
                .chain(risk -> (config.access().oidc().isEmpty()
                                ? Uni.createFrom().item(Optional.<Reminder>empty()) // only persons sign
                                : drills.unsigned(session, name, now.minus(TO_SIGN))
                                        .map(unsigned -> unsigned(name, unsigned)))
                        .map(unsigned -> Stream.of(risk, unsigned)
                                .flatMap(Optional::stream)
                                .toList()));
    }

    private static Optional<Reminder> atRisk(String name, SourceConfig source, List<Drill> measured, Instant now) {
        return source.objectives()
                .rto()
                .flatMap(rto -> RestoreTrend.misses(
                                measured.stream()
                                        .filter(drill -> drill.endedAt() != null)
                                        .map(drill -> new RestoreTrend.Measured(
                                                Objects.requireNonNull(drill.endedAt()), drill.restoreMillis()))
                                        .toList(),
                                rto,
                                now)
                        .map(at -> new Reminder(
                                AT_RISK,
                                name,
                                "source \"" + name + "\": the restore times of its last " + measured.size()
                                        + " drills grow; by a straight line through them, a restore takes longer than"
                                        + " objectives.rto from "
                                        + at.atZone(ZoneOffset.UTC).toLocalDate())));
    }

    private static Optional<Reminder> unsigned(String name, List<Drill> unsigned) {
        return unsigned.isEmpty()
                ? Optional.empty()
                : Optional.of(new Reminder(
                        UNSIGNED,
                        name,
                        "source \"" + name + "\": " + unsigned.size()
                                + (unsigned.size() == 1 ? " drill has" : " drills have")
                                + " no signature after 7 days; the newest is "
                                + unsigned.getFirst().id()));
    }

    private Uni<Void> change(Mutiny.Session session, List<Reminder> wanted, Instant now) {
        Map<String, Reminder> byId = new TreeMap<>();
        wanted.forEach(reminder -> byId.put(reminder.id(), reminder));
        return session.createNativeQuery("select id from drill_alert for update", String.class)
                .getResultList()
                .chain(open -> {
                    Set<String> ended = new HashSet<>(open);
                    ended.removeAll(byId.keySet());
                    byId.keySet().removeAll(open);
                    return each(byId.values(), reminder -> raise(session, reminder, now))
                            .chain(() -> each(ended, id -> end(session, id, now)));
                });
    }

    private static <T> Uni<Void> each(Iterable<T> all, Function<T, Uni<Void>> work) {
        return Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUniAndConcatenate(work::apply)
                .collect()
                .asList()
                .replaceWithVoid();
    }

    private Uni<Void> raise(Mutiny.Session session, Reminder reminder, Instant now) {
        return session.createNativeQuery("insert into drill_alert (id, raised_at) values (?1, ?2)")
                .setParameter(1, reminder.id())
                .setParameter(2, now)
                .executeUpdate()
                .chain(() -> drills.source(session, reminder.source()))
                .chain(source -> publish(
                        session,
                        new AlertEvent.Raised(
                                reminder.id(),
                                reminder.name(),
                                AlertEvent.Severity.WARNING,
                                source.orElse(null),
                                reminder.summary(),
                                null,
                                now),
                        now));
    }

    private Uni<Void> end(Mutiny.Session session, String id, Instant now) {
        return session.createNativeQuery("delete from drill_alert where id = ?1")
                .setParameter(1, id)
                .executeUpdate()
                .chain(() -> publish(session, new AlertEvent.Resolved(id, id.substring(0, id.indexOf('/')), now), now));
    }

    private Uni<Void> publish(Mutiny.Session session, AlertEvent event, Instant now) {
        String id = event.alertId();
        return outbox.publish(
                session,
                new OutboxEvent(
                        Topic.ALERTS,
                        event,
                        id + "/" + now.toEpochMilli(),
                        id.substring(id.indexOf('/') + 1),
                        null,
                        null,
                        id));
    }
}
