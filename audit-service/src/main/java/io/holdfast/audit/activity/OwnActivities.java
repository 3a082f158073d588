package io.holdfast.audit.activity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.access.AccessLog;
import io.holdfast.eventing.cloudevents.EventJson;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Writes the access events of audit-service directly into the activity log, because the service may not write to Kafka. */
@ApplicationScoped
class OwnActivities implements AccessLog {
    /** In place of a topic; its lines have no gapless offsets. */
    static final String PLACE = "audit-service";

    private final ActivityLogWriter writer;
    private final Clock clock;

    OwnActivities(ActivityLogWriter writer, Clock clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public Uni<Void> write(AccessEvent event) {
        return Uni.createFrom()
                .voidItem()
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .invoke(() -> store(event));
    }

    private void store(AccessEvent event) {
        ObjectNode details = EventJson.mapper().valueToTree(event);
        var entry = new ActivityEntry(
                AuditActionMapper.of(event),
                details.toString(),
                clock.instant(),
                Topic.typeOf(event.getClass()),
                "/holdfast/audit-service",
                UUID.randomUUID().toString(),
                PLACE,
                0,
                ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
        try {
            writer.write(List.of(entry));
        } catch (SQLException e) {
            throw new IllegalStateException("the activity log cannot be written: " + e.getMessage(), e);
        }
    }
}
