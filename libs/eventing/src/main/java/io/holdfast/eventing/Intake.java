package io.holdfast.eventing;

import io.holdfast.contracts.Topic;
import io.holdfast.eventing.Unreadable.Reason;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The way of a record into a consumer: read and worked on, or buried; tried until one of the two is certain. */
final class Intake {
    private final String consumer;
    private final Topic topic;
    private final int attempts;
    private final Perseverance perseverance;
    private final DeadLetters deadLetters;

    Intake(String consumer, Topic topic, int attempts, Perseverance perseverance, DeadLetters deadLetters) {
        this.consumer = consumer;
        this.topic = topic;
        this.attempts = attempts;
        this.perseverance = perseverance;
        this.deadLetters = deadLetters;
    }

    /** Work on what was read; an {@link Unreadable} makes it a dead letter. */
    interface Work {
        Uni<?> on(Envelope envelope) throws Unreadable;
    }

    Uni<Void> handle(ConsumerRecord<byte[], byte[]> record, Work work) {
        return handle(record, work, envelope -> Uni.createFrom().voidItem());
    }

    /** @param givenUp what else to do about a message that was read, and buried because the work on it always failed */
    Uni<Void> handle(ConsumerRecord<byte[], byte[]> record, Work work, Function<Envelope, Uni<?>> givenUp) {
        Envelope envelope;
        try {
            envelope = CloudEvents.read(topic, record);
        } catch (Unreadable why) {
            return bury(record, why);
        }
        return persevere(envelope, work)
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> bury(record, reason(failure))
                        .chain(() -> failure instanceof Unreadable
                                ? Uni.createFrom().voidItem()
                                : lastWord(envelope, givenUp)));
    }

    private Uni<Void> lastWord(Envelope envelope, Function<Envelope, Uni<?>> givenUp) {
        return perseverance
                .until(consumer, () -> givenUp.apply(envelope).replaceWithVoid(), Perseverance::isDefect)
                .onFailure()
                .recoverWithNull();
    }

    private Uni<?> persevere(Envelope envelope, Work work) {
        AtomicInteger defects = new AtomicInteger();
        return perseverance.until(
                consumer,
                () -> once(envelope, work).onFailure(Perseverance::isDefect).invoke(defects::incrementAndGet),
                failure -> failure instanceof Unreadable || defects.get() >= attempts);
    }

    private static Uni<?> once(Envelope envelope, Work work) {
        try {
            return work.on(envelope);
        } catch (Unreadable why) {
            return Uni.createFrom().failure(why);
        }
    }

    private Uni<Void> bury(ConsumerRecord<byte[], byte[]> record, Unreadable why) {
        return perseverance.forEver(consumer, () -> deadLetters.send(consumer, record, why));
    }

    private Unreadable reason(Throwable failure) {
        return failure instanceof Unreadable why
                ? why
                : new Unreadable(
                        Reason.REACTION_FAILED,
                        "working on it failed " + attempts + " times ("
                                + failure.getClass().getSimpleName() + "); see the log of this service",
                        failure);
    }
}
