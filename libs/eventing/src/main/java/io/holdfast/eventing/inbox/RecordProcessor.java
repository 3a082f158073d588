package io.holdfast.eventing.inbox;

import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.CloudEventEnvelope;
import io.holdfast.eventing.cloudevents.CloudEventReader;
import io.holdfast.eventing.cloudevents.UnreadableMessageException;
import io.holdfast.eventing.cloudevents.UnreadableMessageException.Reason;
import io.holdfast.eventing.tracing.SpanAttributes;
import io.holdfast.eventing.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The way of a record into a consumer: read and worked on, or buried; tried until one of the two is certain. */
final class RecordProcessor {
    private final String consumer;
    private final Topic topic;
    private final int attempts;
    private final UnlimitedRetry unlimitedRetry;
    private final DeadLetterPublisher deadLetters;
    private final Tracing tracing;

    RecordProcessor(
            String consumer,
            Topic topic,
            int attempts,
            UnlimitedRetry unlimitedRetry,
            DeadLetterPublisher deadLetters,
            Tracing tracing) {
        this.consumer = consumer;
        this.topic = topic;
        this.attempts = attempts;
        this.unlimitedRetry = unlimitedRetry;
        this.deadLetters = deadLetters;
        this.tracing = tracing;
    }

    /** Work on what was read, in a trace; an {@link UnreadableMessageException} makes it a dead letter. */
    interface Work {
        Uni<?> on(CloudEventEnvelope cloudEventEnvelope, Context trace) throws UnreadableMessageException;
    }

    Uni<Void> handle(ConsumerRecord<byte[], byte[]> record, Work work) {
        return handle(
                record, work, (cloudEventEnvelope, trace) -> Uni.createFrom().voidItem());
    }

    /** @param givenUp what else to do about a message that was read, and buried because the work on it always failed */
    Uni<Void> handle(ConsumerRecord<byte[], byte[]> record, Work work, Work givenUp) {
        CloudEventEnvelope cloudEventEnvelope;
        try {
            cloudEventEnvelope = CloudEventReader.read(topic, record);
        } catch (UnreadableMessageException why) {
            return bury(record, why);
        }
        Span span = MessageSpan.start(tracing, consumer, record, cloudEventEnvelope);
        Context trace = Context.root().with(span);
        return persevere(cloudEventEnvelope, work, trace)
                .replaceWithVoid()
                .onFailure()
                .invoke(failure -> SpanAttributes.failed(span, failure))
                .onFailure()
                .recoverWithUni(failure -> bury(record, reason(failure))
                        .chain(() -> failure instanceof UnreadableMessageException
                                ? Uni.createFrom().voidItem()
                                : lastWord(cloudEventEnvelope, givenUp, trace)))
                .onTermination()
                .invoke(() -> span.end());
    }

    private Uni<Void> lastWord(CloudEventEnvelope cloudEventEnvelope, Work givenUp, Context trace) {
        return unlimitedRetry
                .until(
                        consumer,
                        () -> once(cloudEventEnvelope, givenUp, trace).replaceWithVoid(),
                        UnlimitedRetry::isDefect)
                .onFailure()
                .recoverWithNull();
    }

    private Uni<?> persevere(CloudEventEnvelope cloudEventEnvelope, Work work, Context trace) {
        AtomicInteger defects = new AtomicInteger();
        return unlimitedRetry.until(
                consumer,
                () -> once(cloudEventEnvelope, work, trace)
                        .onFailure()
                        .invoke(failure -> SpanAttributes.retried(Span.fromContext(trace), failure))
                        .onFailure(UnlimitedRetry::isDefect)
                        .invoke(defects::incrementAndGet),
                failure -> failure instanceof UnreadableMessageException || defects.get() >= attempts);
    }

    private static Uni<?> once(CloudEventEnvelope cloudEventEnvelope, Work work, Context trace) {
        try {
            return work.on(cloudEventEnvelope, trace);
        } catch (UnreadableMessageException why) {
            return Uni.createFrom().failure(why);
        }
    }

    private Uni<Void> bury(ConsumerRecord<byte[], byte[]> record, UnreadableMessageException why) {
        return unlimitedRetry.forEver(consumer, () -> deadLetters.send(consumer, record, why));
    }

    private UnreadableMessageException reason(Throwable failure) {
        return failure instanceof UnreadableMessageException why
                ? why
                : new UnreadableMessageException(
                        Reason.REACTION_FAILED,
                        "working on it failed " + attempts + " times ("
                                + failure.getClass().getSimpleName() + "); see the log of this service",
                        failure);
    }
}
