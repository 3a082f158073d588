package io.holdfast.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A foreign system on the bus: publishes requests the way its own CloudEvents library would, and hears everything. */
public final class Bus implements AutoCloseable {

    /** @param type short, such as {@code BackupCompleted} */
    public record Heard(String topic, String type, String id, String correlationId, JsonNode data) {
        /** Whether it says that what was asked for did not happen. */
        boolean isBad() {
            return type.endsWith("Failed") || type.endsWith("Rejected") || type.endsWith("Inconclusive");
        }

        /** What a person wants to know of it: nothing but its name and, if it is bad, why. */
        @Override
        public String toString() {
            return isBad() ? type + " because " + data.path("reason") : type;
        }

        String text(String field) {
            return data.path(field).asText();
        }
    }

    static final String SOURCE = "/ci/deploy";

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final Thread listener;
    private volatile boolean open = true;

    public Bus(String servers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                        ConsumerConfig.GROUP_ID_CONFIG, "e2e-listener",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG, "1000"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(Pattern.compile("holdfast\\..*"));
        listener = Thread.ofPlatform().daemon().name("e2e-listener").start(this::listen);
    }

    /** In structured mode, without a key, as a shell script with kcat would do it. */
    public void publish(String topic, String type, String id, ObjectNode data, Map<String, String> attributes) {
        publish(topic, event(type, id, data, attributes));
    }

    static String event(String type, String id, ObjectNode data, Map<String, String> attributes) {
        ObjectNode event = Rest.JSON
                .createObjectNode()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", SOURCE)
                .put("type", "io.holdfast." + type + ".v1")
                .put("datacontenttype", "application/json");
        attributes.forEach(event::put);
        event.set("data", data);
        return event.toString();
    }

    public void publish(String topic, String event) {
        publish(topic, event, Map.of());
    }

    public void publish(String topic, String event, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, event.getBytes(StandardCharsets.UTF_8));
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    public List<Heard> all() {
        return List.copyOf(heard);
    }

    public List<Heard> of(String type) {
        return heard.stream().filter(event -> event.type().equals(type)).toList();
    }

    /** Different events of a type about this subject; a repeated one counts once. */
    List<Heard> distinct(String type, String field, String value) {
        List<String> ids = new ArrayList<>();
        return of(type).stream()
                .filter(event -> event.text(field).equals(value))
                .filter(event -> !ids.contains(event.id()) && ids.add(event.id()))
                .toList();
    }

    private void listen() {
        while (open) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                hear(record);
            }
        }
        consumer.close();
    }

    private void hear(ConsumerRecord<byte[], byte[]> record) {
        String type = header(record, "ce_type");
        if (type.isEmpty()) {
            return; // a request of our own
        }
        try {
            heard.add(new Heard(
                    record.topic(),
                    type.replace("io.holdfast.", "").replaceFirst("\\.v\\d+$", ""),
                    header(record, "ce_id"),
                    header(record, "ce_correlationid"),
                    Rest.JSON.readTree(record.value())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        open = false;
        try {
            listener.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
