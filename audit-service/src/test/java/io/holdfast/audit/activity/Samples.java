package io.holdfast.audit.activity;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.EventJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** One event of every type, as the contract's golden files have them, and records that carry them. */
final class Samples {
    private static final Path GOLDEN = Path.of("../libs/contracts/src/test/resources/golden");

    private Samples() {}

    record Sample(Topic topic, Class<? extends Event> type, String json) {
        String name() {
            return Topic.typeOf(type).replaceAll("io\\.holdfast\\.|\\.v1", "");
        }

        Event event() {
            try {
                return EventJson.mapper().readValue(json, type);
            } catch (IOException e) {
                throw new IllegalStateException(name(), e);
            }
        }
    }

    /** Every type on every topic. */
    static List<Sample> all() {
        return Arrays.stream(Topic.values())
                .flatMap(topic -> topic.types().stream().map(type -> sample(topic, type)))
                .toList();
    }

    static List<Sample> audited() {
        return all().stream().filter(sample -> sample.topic() != Topic.PROGRESS).toList();
    }

    private static Sample sample(Topic topic, Class<? extends Event> type) {
        try {
            String name = Topic.typeOf(type).replace("io.holdfast.", "") + ".json";
            return new Sample(topic, type, Files.readString(GOLDEN.resolve(name)));
        } catch (IOException e) {
            throw new IllegalStateException("no golden file for " + type, e);
        }
    }

    static ProducerRecord<byte[], byte[]> record(Sample sample, String id) {
        return record(sample.topic().topicName(), Topic.typeOf(sample.type()), id, bytes(sample.json()));
    }

    static ProducerRecord<byte[], byte[]> record(String topic, String type, String id, byte @Nullable [] data) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes("portal"), data);
        record.headers()
                .add("ce_specversion", bytes("1.0"))
                .add("ce_type", bytes(type))
                .add("ce_source", bytes("/test"))
                .add("ce_id", bytes(id))
                .add("ce_time", bytes("2026-01-15T14:30:00Z"))
                .add("ce_correlationid", bytes("request-" + id))
                .add("content-type", bytes("application/json"));
        return record;
    }

    /** As a consumer gets it. */
    static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> sent, int partition, long offset) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(sent.topic(), partition, offset, sent.key(), sent.value());
        sent.headers().forEach(record.headers()::add);
        return record;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
