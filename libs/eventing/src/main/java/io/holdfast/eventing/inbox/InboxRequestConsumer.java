package io.holdfast.eventing.inbox;

import io.holdfast.access.Principal;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.authorization.RequestAuthorizer;
import io.holdfast.eventing.authorization.RequestedSources;
import io.holdfast.eventing.cloudevents.CloudEventEnvelope;
import io.holdfast.eventing.cloudevents.CloudEventReader;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.inbox.ConsumerFactory.Preparation;
import io.holdfast.eventing.inbox.ConsumerFactory.RepeatedRequest;
import io.holdfast.eventing.inbox.ConsumerFactory.RequestReaction;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.tracing.SpanAttributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.hibernate.reactive.mutiny.Mutiny;

/** Requests, once each: inbox row, effect and outbox rows in one transaction; a refusal in one of its own. */
record InboxRequestConsumer<E extends Event, R>(
        String name,
        Topic topic,
        Class<E> type,
        Topic answers,
        RequestAuthorizer authorizer,
        RequestedSources<E> sources,
        Preparation<E, R> preparation,
        Function<R, String> subject,
        RepeatedRequest<E, R> repeated,
        RecordProcessor intake,
        InboxTable inbox,
        Outbox outbox,
        RequestRecorder recorder,
        TransactionRunner transactions,
        InboxMeters meters,
        Clock clock)
        implements RequestConsumer<E, R> {

    private static final FailureReason DEFECT = FailureReason.of(
            FailureCode.INTERNAL,
            "the service failed on this request again and again; its log says why, and the request is among the dead"
                    + " letters of its topic. Send it with a new id once that is mended");

    private static final Principal NOBODY = Principal.anonymous(Set.of());

    private sealed interface Outcome<R> {
        record Accepted<R>(R result) implements Outcome<R> {}

        record Refused<R>(FailureReason reason) implements Outcome<R> {}
    }

    @Override
    public Uni<Void> handle(ConsumerRecord<byte[], byte[]> record) {
        return intake.handle(
                record,
                this::admit,
                (envelope, trace) -> refuse(ParsedRequest.of(name, envelope, type, NOBODY, trace), DEFECT));
    }

    private Uni<Outcome<R>> admit(CloudEventEnvelope envelope, Context trace) {
        Principal sender;
        try {
            sender = authorizer.authenticate(envelope);
        } catch (HoldfastException e) {
            return forbid(ParsedRequest.of(name, envelope, type, NOBODY, trace), e.reason());
        }
        ParsedRequest<E> parsedRequest = ParsedRequest.of(name, envelope, type, sender, trace);
        ReceivedMessage<E> received;
        try {
            received = parsedRequest.valid(clock);
        } catch (HoldfastException e) {
            return sender.isKnown() ? decide(parsedRequest) : forbid(parsedRequest, e.reason());
        }
        return authorizer
                .authorize(received, sources)
                .map(ignored -> Optional.<FailureReason>empty())
                .onFailure(InboxRequestConsumer::isRefusal)
                .recoverWithItem(failure -> Optional.of(((HoldfastException) failure).reason()))
                .chain(forbidden ->
                        forbidden.isEmpty() ? decide(parsedRequest) : forbid(parsedRequest, forbidden.get()));
    }

    @Override
    public Uni<R> accept(ReceivedMessage<E> request) {
        if (CloudEventReader.containsNul(EventJson.mapper().valueToTree(request.event()))) {
            return Uni.createFrom()
                    .failure(HoldfastException.of(
                            FailureCode.REQUEST_INVALID,
                            "the body contains the character U+0000, which no database stores; remove it"));
        }
        return decide(ParsedRequest.of(name, request)).map(outcome -> switch (outcome) {
            case Outcome.Accepted<R>(R result) -> result;
            case Outcome.Refused<R>(FailureReason reason) -> throw new HoldfastException(reason, null);
        });
    }

    private Uni<Outcome<R>> decide(ParsedRequest<E> parsedRequest) {
        return Uni.createFrom()
                .deferred(() -> preparation.of(parsedRequest.valid(clock)))
                .chain(reaction -> transactions.run(
                        parsedRequest.trace(),
                        session -> inbox.receive(session, parsedRequest.identity())
                                .chain(first -> first
                                        ? fresh(parsedRequest, reaction, session)
                                        : again(parsedRequest, session))))
                .onFailure(InboxRequestConsumer::isRefusal)
                .recoverWithUni(failure -> refuse(parsedRequest, ((HoldfastException) failure).reason()));
    }

    /** A vault that cannot be reached now says nothing of the request. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof HoldfastException known && known.code() != FailureCode.VAULT_UNREACHABLE;
    }

    private Uni<Outcome<R>> fresh(
            ParsedRequest<E> parsedRequest, RequestReaction<E, R> reaction, Mutiny.Session session) {
        ReceivedMessage<E> received = parsedRequest.valid(clock);
        return reaction.on(received, session)
                .call(result -> inbox.accepted(session, parsedRequest.identity(), subject.apply(result)))
                .call(result -> recorder.accepted(session, received, subject.apply(result)))
                .map(Outcome.Accepted::new);
    }

    /** The effect was rolled back, and the inbox row with it: both are written anew, as a refusal. */
    private Uni<Outcome<R>> refuse(ParsedRequest<E> parsedRequest, FailureReason reason) {
        return transactions.run(
                parsedRequest.trace(),
                session -> inbox.receive(session, parsedRequest.identity())
                        .chain(first -> first
                                ? inbox.rejected(session, parsedRequest.identity(), reason)
                                        .chain(() -> tellRefusal(parsedRequest, reason, session))
                                : again(parsedRequest, session)));
    }

    /**
     * Tells the refusal and leaves the identity free for the sender that may use it. A request that was accepted before, such
     * as one delivered again after its signature has expired, keeps its outcome.
     */
    private Uni<Outcome<R>> forbid(ParsedRequest<E> parsedRequest, FailureReason reason) {
        return transactions.run(
                parsedRequest.trace(),
                session -> inbox.find(session, parsedRequest.identity())
                        .chain(known -> known.filter(parsedRequest::isSameAs).isPresent()
                                ? again(parsedRequest, session)
                                : tellRefusal(parsedRequest, reason, session)));
    }

    private Uni<Outcome<R>> tellRefusal(ParsedRequest<E> parsedRequest, FailureReason reason, Mutiny.Session session) {
        meters.rejected(name, reason.code().name());
        SpanAttributes.failed(Span.fromContext(parsedRequest.trace()), reason.code());
        return outbox.publish(session, parsedRequest.rejection(reason, answers, clock))
                .replaceWith(new Outcome.Refused<>(reason));
    }

    private Uni<Outcome<R>> again(ParsedRequest<E> parsedRequest, Mutiny.Session session) {
        meters.duplicate(name);
        return inbox.known(session, parsedRequest.identity()).chain(known -> {
            if (!known.bodyHash().equals(parsedRequest.identity().bodyHash())) {
                return tellRefusal(parsedRequest, reused(parsedRequest), session);
            }
            FailureReason rejection = known.rejection();
            String startedThen = known.subject();
            if (rejection != null || startedThen == null || parsedRequest.received() == null) {
                return tellRefusal(parsedRequest, rejection == null ? reused(parsedRequest) : rejection, session);
            }
            return repeated.on(parsedRequest.received(), startedThen, session)
                    .<Outcome<R>>map(Outcome.Accepted::new)
                    .onFailure(HoldfastException.class)
                    .recoverWithItem(failure -> new Outcome.Refused<>(failure.reason()));
        });
    }

    private static FailureReason reused(ParsedRequest<?> parsedRequest) {
        return FailureReason.of(
                FailureCode.IDENTITY_REUSED,
                "another request came before with the same source and id; give each request an id of its own",
                parsedRequest.identity().id());
    }
}
