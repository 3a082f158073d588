package io.holdfast.eventing;

import io.holdfast.access.Principal;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.ConsumerFactory.RequestReaction;
import io.holdfast.eventing.inbox.EventConsumer;
import io.holdfast.eventing.inbox.RequestConsumer;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** A service as small as they get: takes requests, starts jobs, tells of it, hears events. */
@Singleton
public class DemoService {
    static final SourceId SOURCE_ID = SourceId.parse("01890000-0000-7000-8000-000000000001");

    private final Outbox outbox;
    private final JobQueue jobQueue;
    private final RequestConsumer<BackupRequest, BackupId> requests;
    private final EventConsumer<VerificationEvent> events;

    /** How often the reaction to a source of this name is still to fail. */
    public final ConcurrentHashMap<String, AtomicInteger> failing = new ConcurrentHashMap<>();

    public final CopyOnWriteArrayList<Long> sequencesHeard = new CopyOnWriteArrayList<>();

    DemoService(ConsumerFactory consumerFactory, Outbox outbox, JobQueue jobQueue) {
        this.outbox = outbox;
        this.jobQueue = jobQueue;
        this.requests = consumerFactory.preparedRequests(
                "demo",
                Topic.BACKUP_REQUESTS,
                BackupRequest.class,
                Topic.BACKUP_EVENTS,
                this::prepare,
                BackupId::toString,
                this::repeat);
        this.events = consumerFactory
                .events("demo", Topic.VERIFICATION_EVENTS, VerificationEvent.class, this::hear)
                .latestOnly();
    }

    @Incoming("backup-requests")
    Uni<Void> onRequest(ConsumerRecord<byte[], byte[]> record) {
        return requests.handle(record);
    }

    @Incoming("backup-events")
    Uni<Void> onEvent(ConsumerRecord<byte[], byte[]> record) {
        return events.handle(record);
    }

    public Uni<BackupId> accept(String id, BackupRequest request) {
        return requests.accept(ReceivedMessage.overRest(
                Topic.BACKUP_REQUESTS, "/api/backups", id, Principal.anonymous(Set.of()), request));
    }

    /** What a source named so asks for lies in the vault. */
    private Uni<RequestReaction<BackupRequest, BackupId>> prepare(ReceivedMessage<BackupRequest> receivedMessage) {
        if (receivedMessage.event() instanceof BackupRequest.Requested request
                && request.source().startsWith("vault")
                && stillFails(request.source())) {
            throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the vault does not answer");
        }
        return Uni.createFrom().item(this::react);
    }

    private Uni<BackupId> react(ReceivedMessage<BackupRequest> receivedMessage, Mutiny.Session session) {
        if (!(receivedMessage.event() instanceof BackupRequest.Requested request)) {
            return Uni.createFrom().failure(HoldfastException.of(FailureCode.BACKUP_UNKNOWN, "no such backup"));
        }
        BackupId id = new BackupId(UUID.randomUUID());
        Uni<Void> effect = session.persist(new Demo(id.value(), request.source()))
                .chain(() -> outbox.publish(session, started(id, request.source(), receivedMessage.correlation())))
                .chain(() ->
                        jobQueue.enqueue(session, "demo-" + request.source().split("-", 2)[0], id.toString()))
                .replaceWithVoid();
        return effect.invoke(() -> failIfWanted(request.source())).replaceWith(id);
    }

    /** After the effect: what fails here must take all of it back. */
    private void failIfWanted(String source) {
        if (source.startsWith("unknown")) {
            throw HoldfastException.about(source, FailureCode.SOURCE_UNKNOWN, "no source is named " + source);
        }
        if (source.startsWith("defect")) {
            throw new NullPointerException("a defect of the service");
        }
        if (stillFails(source)) {
            throw new IllegalStateException("the connection is closed");
        }
    }

    private boolean stillFails(String source) {
        return failing.getOrDefault(source, new AtomicInteger()).getAndDecrement() > 0;
    }

    private Uni<BackupId> repeat(ReceivedMessage<BackupRequest> request, String subject, Mutiny.Session session) {
        BackupId id = BackupId.parse(subject);
        return session.find(Demo.class, id.value())
                .chain(demo -> outbox.publish(session, started(id, demo.name, request.correlation())))
                .replaceWith(id);
    }

    public static OutboxEvent started(BackupId id, String source, String correlation) {
        BackupEvent event = new BackupEvent.Started(
                id,
                new SourceRef(SOURCE_ID, source),
                BackupKind.MANUAL,
                List.of(),
                Instant.parse("2026-01-15T14:30:00Z"));
        return OutboxEvent.of(Topic.BACKUP_EVENTS, event, id, 1, source).correlatedWith(correlation);
    }

    private Uni<Void> hear(ReceivedMessage<VerificationEvent> event, Mutiny.Session session) {
        Long sequence = event.sequence();
        if (sequence != null) {
            sequencesHeard.add(sequence);
        }
        return Uni.createFrom().voidItem();
    }
}
