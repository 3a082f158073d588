package io.holdfast.eventing.inbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.contracts.FailureReason;
import io.holdfast.eventing.cloudevents.EventJson;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * What was received. A row is written in the transaction of its effect: with one of its own, an effect that fails would
 * lose its event.
 */
@ApplicationScoped
public class InboxTable {

    /** A message's place in the inbox of one consumer. */
    record Identity(String consumer, String source, String id, String bodyHash) {}

    /** What is known of a message that came before. */
    record Known(
            String bodyHash,
            @Nullable String subject,
            @Nullable FailureReason rejection) {}

    /** True for the first time. Waits for another transaction that is receiving the same message. */
    Uni<Boolean> receive(Mutiny.Session session, Identity message) {
        return session.createNativeQuery(
                        "insert into inbox (consumer, source, id, body_hash) values (?1, ?2, ?3, ?4) on conflict do nothing")
                .setParameter(1, message.consumer())
                .setParameter(2, message.source())
                .setParameter(3, message.id())
                .setParameter(4, message.bodyHash())
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    Uni<Void> accepted(Mutiny.Session session, Identity message, String subject) {
        return remember(session, message, "subject", subject);
    }

    Uni<Void> rejected(Mutiny.Session session, Identity message, FailureReason reason) {
        return remember(session, message, "rejection", write(reason));
    }

    private static Uni<Void> remember(Mutiny.Session session, Identity message, String column, String value) {
        return session.createNativeQuery(
                        "update inbox set " + column + " = ?1 where consumer = ?2 and source = ?3 and id = ?4")
                .setParameter(1, value)
                .setParameter(2, message.consumer())
                .setParameter(3, message.source())
                .setParameter(4, message.id())
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Known> known(Mutiny.Session session, Identity message) {
        return row(session, message).getSingleResult().map(InboxTable::known);
    }

    private static Mutiny.SelectionQuery<Object[]> row(Mutiny.Session session, Identity message) {
        return session.createNativeQuery(
                        "select body_hash, subject, rejection from inbox where consumer = ?1 and source = ?2 and id = ?3",
                        Object[].class)
                .setParameter(1, message.consumer())
                .setParameter(2, message.source())
                .setParameter(3, message.id());
    }

    private static Known known(Object[] row) {
        return new Known((String) row[0], (String) row[1], read((String) row[2]));
    }

    /** What is known of a message; empty if it did not come before. */
    Uni<Optional<Known>> find(Mutiny.Session session, Identity message) {
        return row(session, message)
                .getSingleResultOrNull()
                .map(row -> Optional.ofNullable(row).map(InboxTable::known));
    }

    /** True if no newer version of the aggregate was seen yet. */
    Uni<Boolean> newest(Mutiny.Session session, String consumer, String source, String subject, long sequence) {
        return session.createNativeQuery("""
                        insert into inbox_sequence as seen (consumer, source, subject, sequence) values (?1, ?2, ?3, ?4)
                        on conflict (consumer, source, subject)
                        do update set sequence = excluded.sequence, seen_at = excluded.seen_at
                        where seen.sequence < excluded.sequence""")
                .setParameter(1, consumer)
                .setParameter(2, source)
                .setParameter(3, subject)
                .setParameter(4, sequence)
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    private static String write(FailureReason reason) {
        try {
            return EventJson.mapper().writeValueAsString(reason);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a failure's reason", e);
        }
    }

    private static @Nullable FailureReason read(@Nullable String json) {
        try {
            return json == null ? null : EventJson.mapper().readValue(json, FailureReason.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot read a rejection in the inbox; was it changed by hand?", e);
        }
    }

    public static List<String> purge() {
        return List.of(
                "delete from inbox where received_at < clock_timestamp() - ? * interval '1 second'",
                "delete from inbox_sequence where seen_at < clock_timestamp() - ? * interval '1 second'");
    }
}
