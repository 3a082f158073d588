package io.holdfast.notifier.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.notifier.notice.Notification;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The deliveries, and the jobs that send them. */
@ApplicationScoped
class DeliveryRepository {
    /** Two constraints make a delivery unique: one per event and channel, and one per thing and channel. */
    private static final String INSERT = """
            insert into delivery (id, channel, about_type, about_source, about_id, source, thing, title, notice)
            values (:id, :channel, :type, :aboutSource, :aboutId, :source, :thing, :title, :notice)
            on conflict do nothing""";

    private static final String TURN = """
            select case
                when cardinality(d.firing) > 0 and cardinality(d.resolved) = 0 and not exists (
                        select 1 from alert a where a.id = any (d.firing) and a.state <> 'RESOLVED')
                    then 'ENDED'
                when exists (
                        select 1 from delivery e
                        where e.channel = d.channel and e.state = 'PENDING' and e.position < d.position
                            and (e.firing || e.resolved) && (d.firing || d.resolved))
                    then 'WAITS'
                else 'SENDS' end
            from delivery d where d.id = :id""";

    private final JobQueue jobQueue;

    DeliveryRepository(JobQueue jobQueue) {
        this.jobQueue = jobQueue;
    }

    /** Tells these channels, each once however often it is asked for. Commits with the caller's transaction. */
    Uni<Void> tell(List<String> channels, Notification notice, ReceivedMessage<?> about, Mutiny.Session session) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (String channel : channels) {
            all = all.chain(() -> tell(channel, notice, about, session));
        }
        return all;
    }

    private Uni<Void> tell(String channel, Notification notice, ReceivedMessage<?> about, Mutiny.Session session) {
        UUID id = id(channel, about);
        return session.createNativeQuery(INSERT)
                .setParameter("id", id)
                .setParameter("channel", channel)
                .setParameter("type", Topic.typeOf(about.event().getClass()))
                .setParameter("aboutSource", about.source())
                .setParameter("aboutId", about.id())
                .setParameter("source", notice.source())
                .setParameter("thing", notice.thing())
                .setParameter("title", notice.title())
                .setParameter("notice", json(notice))
                .executeUpdate()
                .chain(inserted -> inserted == 0
                        ? Uni.createFrom().voidItem()
                        : jobQueue.enqueue(session, DeliveryJob.KIND, id.toString())
                                .replaceWithVoid());
    }

    /** Whether a message of alerts is to be sent now. */
    enum Turn {
        SENDS,
        /** An earlier message of one of its alerts is not sent yet. */
        WAITS,
        /** It tells of alerts that fire, and all of them have ended. */
        ENDED
    }

    Uni<Turn> turn(UUID id, Mutiny.Session session) {
        return session.createNativeQuery(TURN, String.class)
                .setParameter("id", id)
                .getSingleResult()
                .map(Turn::valueOf);
    }

    Uni<@Nullable Delivery> find(UUID id, Mutiny.Session session) {
        return session.find(Delivery.class, id);
    }

    /** The newest first. */
    Uni<List<Delivery>> list(String conditions, Map<String, Object> values, int limit, Mutiny.Session session) {
        Mutiny.SelectionQuery<Delivery> query = session.createSelectionQuery(
                        "from Delivery d where 1 = 1" + conditions + " order by d.position desc", Delivery.class)
                .setMaxResults(limit);
        values.forEach(query::setParameter);
        return query.getResultList();
    }

    /** The newest one of each channel. */
    Uni<List<Delivery>> newest(Collection<String> channels, Mutiny.Session session) {
        return session.createSelectionQuery(
                        "from Delivery d where d.position in (select max(x.position) from Delivery x"
                                + " where x.channel in (:channels) group by x.channel)",
                        Delivery.class)
                .setParameter("channels", channels)
                .getResultList();
    }

    /** Made from what it is about, so that a message has the same id even if this database was lost. */
    static UUID id(String channel, ReceivedMessage<?> about) {
        String name =
                about.source().length() + ":" + about.source() + about.id().length() + ":" + about.id() + channel;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    static String json(Notification notice) {
        try {
            return EventJson.mapper().writeValueAsString(notice);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a notice is only text", e);
        }
    }
}
