package io.holdfast.eventing;

import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.TopicReader;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The outside world: sends raw bytes, and hears everything. */
@ApplicationScoped
public class Bus {
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String servers;
    private final Map<String, TopicReader> tails = new ConcurrentHashMap<>();
    private final KafkaProducer<byte[], byte[]> producer;

    Bus(@Identifier("default-kafka-broker") Instance<Map<String, Object>> broker) {
        Map<String, Object> settings = new HashMap<>(broker.get());
        this.servers = String.valueOf(settings.get("bootstrap.servers"));
        settings.put("max.request.size", 4 * 1024 * 1024);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(1));
        tails.values().forEach(TopicReader::close);
    }

    public void send(String topic, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {
        send(topic, 0, key, value, headers);
    }

    public void send(
            String topic, int partition, byte @Nullable [] key, byte @Nullable [] value, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, partition, key, value);
        headers.forEach((name, text) -> message.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        try {
            producer.send(message).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As kcat does: no key, no headers. */
    public void sendStructured(String topic, String json) {
        send(topic, null, json.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Everything on a topic. */
    public List<ConsumerRecord<byte[], byte[]>> all(String topic) {
        return tails.computeIfAbsent(topic, it -> new TopicReader(servers, List.of(it)))
                .all();
    }

    public List<ConsumerRecord<byte[], byte[]>> all(String topic, Predicate<ConsumerRecord<byte[], byte[]>> which) {
        return all(topic).stream().filter(which).toList();
    }

    public List<ConsumerRecord<byte[], byte[]>> awaitMany(
            String topic, int count, Predicate<ConsumerRecord<byte[], byte[]>> which) {
        return await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> all(topic, which), found -> found.size() >= count);
    }

    public ConsumerRecord<byte[], byte[]> awaitOne(String topic, Predicate<ConsumerRecord<byte[], byte[]>> which) {
        return awaitMany(topic, 1, which).getFirst();
    }

    public static Optional<String> header(ConsumerRecord<byte[], byte[]> message, String name) {
        Header header = message.headers().lastHeader(name);
        return Optional.ofNullable(header).map(h -> new String(h.value(), StandardCharsets.UTF_8));
    }

    public static Predicate<ConsumerRecord<byte[], byte[]>> with(String header, String value) {
        return message -> header(message, header).filter(value::equals).isPresent();
    }

    public static String text(ConsumerRecord<byte[], byte[]> message) {
        return message.value() == null ? "" : new String(message.value(), StandardCharsets.UTF_8);
    }
}
