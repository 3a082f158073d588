package io.holdfast.verifier;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import io.holdfast.devstack.TopicReader;
import io.holdfast.testsupport.producer.TestProducer;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The other services: say what they would say, and hear everything. */
@Singleton
class Bus {
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String servers;
    private final Map<Topic, TopicReader> tails = new ConcurrentHashMap<>();
    private final ObjectMapper json;
    private final KafkaProducer<byte[], byte[]> producer;

    Bus(@Identifier("default-kafka-broker") Instance<Map<String, Object>> broker, ObjectMapper json) {
        this.servers = String.valueOf(broker.get().get("bootstrap.servers"));
        this.json = json;
        this.producer = new KafkaProducer<>(broker.get(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(1));
        tails.values().forEach(TopicReader::close);
    }

    /** Without a signature. */
    public void send(Topic topic, Event event, String id, Map<String, String> attributes) {
        publish(topic, event, headers(event, id, attributes));
    }

    public void sendSigned(TestProducer by, Topic topic, Event event, String id, Map<String, String> attributes) {
        publish(topic, event, by.signed(headers(event, id, attributes), body(event)));
    }

    private static Map<String, String> headers(Event event, String id, Map<String, String> attributes) {
        Map<String, String> headers = new HashMap<>(Map.of(
                "content-type", "application/json",
                "ce_specversion", "1.0",
                "ce_id", id,
                "ce_source", "/tests",
                "ce_type", Topic.typeOf(event.getClass())));
        attributes.forEach((name, value) -> headers.put("ce_" + name, value));
        return headers;
    }

    private byte[] body(Event event) {
        try {
            return json.writeValueAsBytes(event);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void publish(Topic topic, Event event, Map<String, String> headers) {
        try {
            var message = new ProducerRecord<byte[], byte[]>(topic.topicName(), body(event));
            headers.forEach((name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            producer.send(message).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    public <E extends Event> E await(Topic topic, Class<E> type, Predicate<E> which) {
        try {
            return Awaitility.await()
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> all(topic, type, which), found -> !found.isEmpty())
                    .getFirst();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("waited in vain for " + type.getSimpleName() + "; heard: " + texts(topic), e);
        }
    }

    /** What has been said so far. */
    public <E extends Event> List<E> all(Topic topic, Class<E> type, Predicate<E> which) {
        return records(topic).stream()
                .filter(record -> isA(type, record))
                .map(record -> read(record, type))
                .filter(which)
                .toList();
    }

    private List<String> texts(Topic topic) {
        return records(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> records(Topic topic) {
        return tails.computeIfAbsent(topic, it -> new TopicReader(servers, List.of(it.topicName())))
                .all();
    }

    private static boolean isA(Class<? extends Event> type, ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader("ce_type");
        return header != null && new String(header.value(), StandardCharsets.UTF_8).equals(Topic.typeOf(type));
    }

    private <E extends Event> E read(ConsumerRecord<byte[], byte[]> record, Class<E> type) {
        try {
            return json.readValue(record.value(), type);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
