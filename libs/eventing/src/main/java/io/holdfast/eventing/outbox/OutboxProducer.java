package io.holdfast.eventing.outbox;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that is opened for the first event. Opened earlier, the producer of a service without events would ask the
 * broker for a producer id, which a user without a right to write is refused again and again. For one thread.
 */
final class OutboxProducer implements AutoCloseable {
    private final Supplier<KafkaProducer<byte[], byte[]>> factory;
    private @Nullable KafkaProducer<byte[], byte[]> open;

    OutboxProducer(Supplier<KafkaProducer<byte[], byte[]>> factory) {
        this.factory = factory;
    }

    KafkaProducer<byte[], byte[]> get() {
        KafkaProducer<byte[], byte[]> producer = open;
        if (producer == null) {
            producer = factory.get();
            open = producer;
        }
        return producer;
    }

    /** At once: what the producer still holds is in the outbox, too. */
    @Override
    public void close() {
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
