package io.holdfast.eventing.inbox;

import io.holdfast.eventing.cloudevents.UnreadableMessageException;
import io.holdfast.eventing.runtime.KafkaProducerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where messages go that cannot be worked on: {@code <topic>.dlq}, byte for byte, key and headers included, with headers
 * {@code holdfast-…} that say why and where from.
 */
@ApplicationScoped
public class DeadLetterPublisher {
    private static final Logger LOG = Logger.getLogger(DeadLetterPublisher.class);
    private static final int TRUNCATED_BYTES = 64 * 1024;

    private final KafkaProducerFactory producers;
    private final MeterRegistry meters;
    private final Clock clock;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    DeadLetterPublisher(KafkaProducerFactory producers, MeterRegistry meters, Clock clock) {
        this.producers = producers;
        this.meters = meters;
        this.clock = clock;
    }

    /** Completes once the broker has the dead letter; fails if it could not be reached, and may be called again then. */
    public Uni<Void> send(String consumer, ConsumerRecord<byte[], byte[]> record, UnreadableMessageException why) {
        return put(letter(consumer, record, why, record.value()))
                .onFailure(RecordTooLargeException.class)
                .recoverWithUni(() -> put(truncated(consumer, record, why)))
                .invoke(() -> told(consumer, record, why));
    }

    private void told(String consumer, ConsumerRecord<byte[], byte[]> record, UnreadableMessageException why) {
        meters.counter(
                        "holdfast.dead.letters",
                        "consumer",
                        consumer,
                        "reason",
                        why.reason().name())
                .increment();
        LOG.warnf(
                "%s: the message at %s, partition %d, offset %d is a dead letter now (%s: %s); see %s.dlq",
                consumer,
                record.topic(),
                record.partition(),
                record.offset(),
                why.reason(),
                why.getMessage(),
                record.topic());
    }

    private Uni<Void> put(ProducerRecord<byte[], byte[]> letter) {
        return Uni.createFrom()
                .<Void>emitter(emitter -> {
                    var unused = producer().send(letter, (metadata, failure) -> {
                        if (failure == null) {
                            emitter.complete(null);
                        } else {
                            emitter.fail(failure);
                        }
                    });
                })
                .runSubscriptionOn(Infrastructure.getDefaultExecutor());
    }

    private ProducerRecord<byte[], byte[]> letter(
            String consumer,
            ConsumerRecord<byte[], byte[]> record,
            UnreadableMessageException why,
            byte @Nullable [] value) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(record.topic() + ".dlq", null, record.key(), value, record.headers());
        header(letter, "holdfast-reason", why.reason().name());
        header(letter, "holdfast-message", String.valueOf(why.getMessage()));
        header(letter, "holdfast-consumer", consumer);
        header(letter, "holdfast-topic", record.topic());
        header(letter, "holdfast-partition", Integer.toString(record.partition()));
        header(letter, "holdfast-offset", Long.toString(record.offset()));
        header(letter, "holdfast-time", clock.instant().toString());
        return letter;
    }

    /** The broker takes the original, but not with our headers on top; the original is still where they say. */
    private ProducerRecord<byte[], byte[]> truncated(
            String consumer, ConsumerRecord<byte[], byte[]> record, UnreadableMessageException why) {
        byte[] value = record.value();
        byte[] start = value == null ? null : Arrays.copyOf(value, Math.min(value.length, TRUNCATED_BYTES));
        ProducerRecord<byte[], byte[]> letter = letter(consumer, record, why, start);
        header(letter, "holdfast-truncated", "true");
        return letter;
    }

    private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            open = producers.reliable("dead-letters", Duration.ofSeconds(10));
            producer = open;
        }
        return open;
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
    }
}
