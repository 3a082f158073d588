package io.holdfast.eventing.inbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.access.Principal;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.CloudEventEnvelope;
import io.holdfast.eventing.cloudevents.EventDataReader;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request with an identity, understood or not.
 *
 * @param received absent if it was not understood
 * @param misunderstood why it was not
 * @param about the name of the source it asks for, if it names one
 * @param trace with the span in which it is worked on, which the outcome has as its cause
 */
record ParsedRequest<E extends Event>(
        InboxTable.Identity identity,
        String type,
        String correlation,
        @Nullable Instant expiry,
        @Nullable ReceivedMessage<E> received,
        @Nullable HoldfastException misunderstood,
        @Nullable String about,
        Context trace) {

    static <E extends Event> ParsedRequest<E> of(
            String consumer,
            CloudEventEnvelope cloudEventEnvelope,
            Class<E> family,
            Principal principal,
            Context trace) {
        ReceivedMessage<E> received = null;
        HoldfastException misunderstood = null;
        String body = cloudEventEnvelope.data().toString();
        try {
            E event = EventDataReader.read(cloudEventEnvelope.data(), known(cloudEventEnvelope, family), true);
            received = cloudEventEnvelope.with(event, principal);
            body = EventJson.write(event); // so that white space and order of fields make no other body
        } catch (HoldfastException e) {
            misunderstood = e;
        }
        return new ParsedRequest<>(
                identity(
                        consumer,
                        cloudEventEnvelope.source(),
                        cloudEventEnvelope.id(),
                        cloudEventEnvelope.type(),
                        body),
                cloudEventEnvelope.type(),
                cloudEventEnvelope.correlation(),
                cloudEventEnvelope.expiry(),
                received,
                misunderstood,
                about(cloudEventEnvelope.data()),
                trace);
    }

    static <E extends Event> ParsedRequest<E> of(String consumer, ReceivedMessage<E> received) {
        String type = Topic.typeOf(received.event().getClass());
        return new ParsedRequest<>(
                identity(consumer, received.source(), received.id(), type, EventJson.write(received.event())),
                type,
                received.correlation(),
                received.expiry(),
                received,
                null,
                about(EventJson.mapper().valueToTree(received.event())),
                Context.current());
    }

    /** @throws HoldfastException if it is not to be worked on */
    ReceivedMessage<E> valid(Clock clock) {
        if (received == null) {
            throw misunderstood == null ? new IllegalStateException("neither read nor refused") : misunderstood;
        }
        if (expiry != null && expiry.isBefore(clock.instant())) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_EXPIRED,
                    "the request expired at " + expiry + ", before it arrived; send it again if it is still wanted");
        }
        return received;
    }

    /** Whether what came before under its identity is the same request, and was accepted. */
    boolean isSameAs(InboxTable.Known known) {
        return known.subject() != null && known.bodyHash().equals(identity.bodyHash());
    }

    /** Its rejection; has the same id whenever it is told for this reason, so that consumers know it again. */
    OutboxEvent rejection(FailureReason reason, Topic answers, Clock clock) {
        RequestRejected event =
                new RequestRejected(type, identity.source(), identity.id(), about, reason, clock.instant());
        String id = "rejected:"
                + MessageBodyHash.of(
                                identity.consumer(),
                                identity.source(),
                                identity.id(),
                                identity.bodyHash(),
                                reason.message())
                        .substring(0, 32);
        return new OutboxEvent(
                answers, event, id, about == null ? identity.id() : about, null, correlation, identity.id());
    }

    private static InboxTable.Identity identity(String consumer, String source, String id, String type, String body) {
        return new InboxTable.Identity(consumer, source, id, MessageBodyHash.of(type, body));
    }

    private static <E extends Event> Class<? extends E> known(CloudEventEnvelope cloudEventEnvelope, Class<E> family) {
        Optional<Class<? extends Event>> exact = cloudEventEnvelope.topic().classOf(cloudEventEnvelope.type());
        return exact.orElseThrow(() -> HoldfastException.of(
                        FailureCode.REQUEST_INVALID,
                        "type \"" + cloudEventEnvelope.type() + "\" is not one of "
                                + cloudEventEnvelope.topic().types().stream()
                                        .map(Topic::typeOf)
                                        .toList()))
                .asSubclass(family);
    }

    private static @Nullable String about(JsonNode data) {
        JsonNode source = data.path("source");
        return source.isTextual()
                        && !source.textValue().isBlank()
                        && source.textValue().length() <= 200
                ? source.textValue()
                : null;
    }
}
