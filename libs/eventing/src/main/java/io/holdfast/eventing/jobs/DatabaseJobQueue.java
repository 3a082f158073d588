package io.holdfast.eventing.jobs;

import io.holdfast.eventing.tracing.TraceParent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

@ApplicationScoped
class DatabaseJobQueue implements JobQueue {
    private final JobsConfig config;

    DatabaseJobQueue(JobsConfig config) {
        this.config = config;
    }

    @Override
    public Uni<UUID> enqueue(Mutiny.Session session, String kind, String subject) {
        return enqueue(session, JobSpec.of(kind, subject));
    }

    @Override
    public Uni<UUID> enqueue(Mutiny.Session session, String kind, String subject, Duration delay) {
        return enqueue(session, JobSpec.of(kind, subject).after(delay));
    }

    @Override
    public UUID enqueue(Connection connection, String kind, String subject) throws SQLException {
        UUID id = UUID.randomUUID();
        try (var insert =
                connection.prepareStatement("insert into job (id, kind, subject, traceparent) values (?, ?, ?, ?)")) {
            insert.setObject(1, id);
            insert.setString(2, kind);
            insert.setString(3, subject);
            insert.setString(4, TraceParent.current());
            insert.executeUpdate();
        }
        return id;
    }

    @Override
    public Uni<UUID> enqueue(Mutiny.Session session, JobSpec job) {
        UUID id = UUID.randomUUID();
        return session.createNativeQuery("""
                        insert into job (id, kind, subject, run_after, job_group, priority, traceparent)
                        values (cast(?1 as uuid), ?2, ?3, clock_timestamp() + ?4 * interval '1 millisecond', ?5, ?6,
                                cast(?7 as text))""")
                .setParameter(1, id.toString())
                .setParameter(2, job.kind())
                .setParameter(3, job.subject())
                .setParameter(4, (double) job.delay().toMillis())
                .setParameter(5, job.group())
                .setParameter(6, job.priority())
                .setParameter(7, TraceParent.current())
                .executeUpdate()
                .replaceWith(id);
    }

    @Override
    public Uni<Void> enqueueOnce(Mutiny.Session session, String kind, String subject) {
        return session.createNativeQuery("""
                        insert into job (id, kind, subject, traceparent)
                        select cast(?1 as uuid), cast(?2 as text), cast(?3 as text), cast(?4 as text)
                        where not exists (select 1 from job
                                          where kind = cast(?2 as text) and subject = cast(?3 as text)
                                          and state = 'WAITING')""")
                .setParameter(1, UUID.randomUUID().toString())
                .setParameter(2, kind)
                .setParameter(3, subject)
                .setParameter(4, TraceParent.current())
                .executeUpdate()
                .replaceWithVoid();
    }

    @Override
    public Uni<Void> bringForward(Mutiny.Session session, String subject) {
        return session.createNativeQuery("""
                        with due as (update job set run_after = clock_timestamp()
                                     where subject = ?1 and state = 'WAITING' and run_after > clock_timestamp()
                                     returning kind)
                        select set_config('idle_in_transaction_session_timeout', ?2, true)
                               || cast(pg_notify('job_' || current_schema(), kind) as text) from due""", String.class)
                .setParameter(1, subject)
                .setParameter(2, Long.toString(config.lease().toMillis())) // it holds the row, as in Fence
                .getResultList()
                .replaceWithVoid();
    }

    @Override
    public Uni<Integer> requestCancellation(Mutiny.Session session, String subject) {
        return session.createNativeQuery("""
                        update job set cancel_requested = true, run_after = clock_timestamp()
                        where subject = ?1 and state in ('WAITING', 'RUNNING')""").setParameter(1, subject).executeUpdate();
    }
}
