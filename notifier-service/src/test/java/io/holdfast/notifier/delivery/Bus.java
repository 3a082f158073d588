package io.holdfast.notifier.delivery;

import io.holdfast.contracts.Topic;
import io.holdfast.notifier.notice.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The other services, as the notifier meets them: on Kafka. */
public final class Bus implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> told;
    private final List<String> outcomes = new ArrayList<>();

    public Bus(String bootstrap) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArraySerializer(), new ByteArraySerializer());
        told = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        "test-" + UUID.randomUUID(),
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        told.subscribe(List.of(Topic.NOTIFICATION_EVENTS.topicName()));
    }

    /** @return the event's id */
    public String send(Samples.Sample sample) {
        return send(sample, UUID.randomUUID().toString());
    }

    public String send(Samples.Sample sample, String id) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(sample.topic().topicName(), bytes("portal"), bytes(sample.json()));
        record.headers()
                .add("ce_specversion", bytes("1.0"))
                .add("ce_type", bytes(Topic.typeOf(sample.type())))
                .add("ce_source", bytes("/test"))
                .add("ce_id", bytes(id))
                .add("content-type", bytes("application/json"));
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return id;
    }

    /** What the notifier told of its deliveries so far: type and data of those about this event. */
    List<String> outcomesOf(String eventId) {
        for (ConsumerRecord<byte[], byte[]> record : told.poll(Duration.ofMillis(200))) {
            String type = new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
            outcomes.add(type + " " + new String(record.value(), StandardCharsets.UTF_8));
        }
        return outcomes.stream().filter(outcome -> outcome.contains(eventId)).toList();
    }

    List<String> outcomes() {
        return outcomes;
    }

    @Override
    public void close() {
        producer.close();
        told.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
