package io.holdfast.eventing.runtime;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes Kafka producers from the application's own {@code kafka.*} settings. */
@ApplicationScoped
public class KafkaProducerFactory {
    private final Map<String, Object> broker;

    KafkaProducerFactory(@Identifier("default-kafka-broker") Instance<Map<String, Object>> broker) {
        this.broker = broker.get();
    }

    /**
     * Keeps trying for as long as it lives: a record that times out while later ones get through would come late, and out
     * of order. Sending blocks for at most {@code patience} while the broker cannot be reached.
     */
    public KafkaProducer<byte[], byte[]> reliable(String name, Duration patience) {
        Map<String, Object> settings = settings(name, patience);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        return new KafkaProducer<>(settings);
    }

    /** Gives a record up after some seconds. */
    public KafkaProducer<byte[], byte[]> bestEffort(String name) {
        Map<String, Object> settings = settings(name, Duration.ofSeconds(2));
        settings.put(ProducerConfig.ACKS_CONFIG, "1");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1024L * 1024);
        return new KafkaProducer<>(settings);
    }

    private Map<String, Object> settings(String name, Duration patience) {
        Map<String, Object> settings = new HashMap<>(broker);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "holdfast-" + name);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis());
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 * 1024 * 1024);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        settings.put(ProducerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        return settings;
    }
}
