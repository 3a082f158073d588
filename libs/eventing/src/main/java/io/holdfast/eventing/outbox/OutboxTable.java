package io.holdfast.eventing.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.access.signature.RequestSignature;
import io.holdfast.access.signature.SignedContent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.authorization.RequestPermissions;
import io.holdfast.eventing.authorization.RequestSigner;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.runtime.EventingConfig;
import io.holdfast.eventing.tracing.TraceParent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The outbox as a table; a trigger on it wakes the relay at commit. */
@ApplicationScoped
class OutboxTable implements Outbox {
    private static final String INSERT = "insert into outbox (topic, key, headers, value) values (%s)";

    private final RequestSigner signer;
    private final EventingConfig config;
    private final Clock clock;

    OutboxTable(RequestSigner signer, EventingConfig config, Clock clock) {
        this.signer = signer;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Uni<Void> publish(Mutiny.Session session, OutboxEvent event) {
        return session.createNativeQuery(INSERT.formatted("?1, ?2, ?3, ?4"))
                .setParameter(1, event.topic().topicName())
                .setParameter(2, event.key())
                .setParameter(3, headers(event))
                .setParameter(4, value(event))
                .executeUpdate()
                .replaceWithVoid();
    }

    @Override
    public void publish(Connection connection, OutboxEvent event) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT.formatted("?, ?, ?, ?"))) {
            insert.setString(1, event.topic().topicName());
            insert.setString(2, event.key());
            insert.setString(3, headers(event));
            insert.setString(4, value(event));
            insert.executeUpdate();
        }
    }

    /** Refused here, where it rolls back its cause: in the relay it would stop every event behind it. */
    private static String value(OutboxEvent event) {
        String value = EventJson.write(event.event());
        if (value.getBytes(StandardCharsets.UTF_8).length > EventJson.MAX_BYTES) {
            throw new IllegalArgumentException("event " + event.id() + " is larger than " + EventJson.MAX_BYTES
                    + " bytes; put a reference into it instead");
        }
        return value;
    }

    private String headers(OutboxEvent event) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/json");
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", event.id());
        headers.put("ce_source", "/holdfast/" + config.service());
        headers.put("ce_type", Topic.typeOf(event.event().getClass()));
        headers.put("ce_time", clock.instant().toString());
        put(headers, "ce_subject", event.subject());
        put(headers, "ce_correlationid", event.correlationId());
        put(headers, "ce_sequence", event.sequence());
        put(headers, TraceParent.HEADER, TraceParent.current());
        if (RequestPermissions.isRequest(event.event())) {
            sign(headers, value(event));
        }
        try {
            return EventJson.mapper().writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write headers", e);
        }
    }

    private void sign(Map<String, String> headers, String value) {
        SignedContent content = SignedContent.of(
                headers.getOrDefault("ce_id", ""),
                headers.getOrDefault("ce_source", ""),
                headers.getOrDefault("ce_type", ""),
                headers.getOrDefault("ce_time", ""),
                value.getBytes(StandardCharsets.UTF_8));
        signer.sign(content).ifPresent(signature -> headers.put(RequestSignature.HEADER, signature));
    }

    private static void put(Map<String, String> headers, String name, @Nullable Object value) {
        if (value != null) {
            headers.put(name, value.toString());
        }
    }
}
