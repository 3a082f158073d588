package io.holdfast.eventing;

import io.holdfast.contracts.Topic;
import io.holdfast.eventing.Unreadable.Reason;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicInteger;
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
        Uni<?> tries;
        try {
            Envelope envelope = CloudEvents.read(topic, record);
            tries = persevere(envelope, work);
        } catch (Unreadable why) {
            return bury(record, why);
        }
        return tries.replaceWithVoid().onFailure().recoverWithUni(failure -> bury(record, reason(failure)));
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
                                + failure.getClass().getSimpleName() + "); see this service's log, then send it again",
                        failure);
    }
}
