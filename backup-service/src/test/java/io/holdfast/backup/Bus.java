package io.holdfast.backup;

import io.holdfast.access.signature.RequestSignature;
import io.holdfast.devstack.TopicReader;
import io.holdfast.testsupport.producer.TestProducer;
import io.restassured.path.json.JsonPath;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The other systems: what they send, and what they hear. */
public final class Bus implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> EVENTS = List.of("holdfast.backup.events.v1", "holdfast.alerts.v1");

    private final String broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Heard> heard = new ArrayList<>();
    private @Nullable TopicReader tail;

    Bus(String broker) {
        this.broker = broker;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** @param type as in {@code BackupCompleted} */
    public record Heard(String type, String id, String correlation, JsonPath data) {}

    /** In structured mode without key, as kcat does it. */
    void ask(String id, String type, String data) {
        send("holdfast.backup.requests.v1", """
                {"specversion":"1.0","id":"%s","source":"/ci/deploy","type":"io.holdfast.%s.v1","subject":"portal",
                "time":"2026-01-15T14:30:00Z","datacontenttype":"application/json","data":%s}""".formatted(id, type, data));
    }

    /** The same with a signature of now. */
    void askSigned(TestProducer by, String id, String type, String data) {
        String time = Instant.now().toString();
        String name = "io.holdfast." + type + ".v1";
        byte[] event = """
                {"specversion":"1.0","id":"%s","source":"/ci/deploy","type":"%s","time":"%s","data":%s}""".formatted(id, name, time, data).getBytes(StandardCharsets.UTF_8);
        var request = new ProducerRecord<byte[], byte[]>("holdfast.backup.requests.v1", event);
        String signature = by.sign(id, "/ci/deploy", name, time, event);
        request.headers().add(RequestSignature.HEADER, signature.getBytes(StandardCharsets.UTF_8));
        send(request);
    }

    /** A verification of the verifier; each is an aggregate of its own. */
    void verified(String type, String data) {
        send("holdfast.verification.events.v1", """
                {"specversion":"1.0","id":"%s","source":"/holdfast/verifier-service","type":"io.holdfast.%s.v1",
                "datacontenttype":"application/json","data":%s}""".formatted(UUID.randomUUID(), type, data));
    }

    /** Sends an event of restore-service. */
    void restored(String type, String data) {
        send("holdfast.restore.events.v1", """
                {"specversion":"1.0","id":"%s","source":"/holdfast/restore-service","type":"io.holdfast.%s.v1",
                "datacontenttype":"application/json","data":%s}""".formatted(UUID.randomUUID(), type, data));
    }

    /** Sends the record of a service that no longer checks the tokens of an address. */
    public void refused(String address, String service, Instant at) {
        send("holdfast.access.events.v1", """
                {"specversion":"1.0","id":"%s","source":"/holdfast/%s","type":"io.holdfast.OperationRefused.v1",
                "datacontenttype":"application/json","data":{"principal":"anonymous","kind":"ANONYMOUS","address":"%s",
                "service":"%s","operation":"authentication","status":429,"reason":"too many tokens","count":1,
                "refusedAt":"%s"}}""".formatted(UUID.randomUUID(), service, address, service, at));
    }

    private void send(String topic, String json) {
        send(new ProducerRecord<>(topic, json.getBytes(StandardCharsets.UTF_8)));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that the service has told so far. */
    public synchronized List<Heard> all() {
        if (tail == null) {
            tail = new TopicReader(broker, EVENTS);
        }
        tail.all().stream().skip(heard.size()).map(Bus::heard).forEach(heard::add);
        return List.copyOf(heard);
    }

    private static Heard heard(ConsumerRecord<byte[], byte[]> message) {
        return new Heard(
                header(message.headers().lastHeader("ce_type"))
                        .replace("io.holdfast.", "")
                        .replace(".v1", ""),
                header(message.headers().lastHeader("ce_id")),
                header(message.headers().lastHeader("ce_correlationid")),
                JsonPath.from(new String(message.value(), StandardCharsets.UTF_8)));
    }

    private static String header(@Nullable Header header) {
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    List<Heard> about(String backup) {
        return heard(event -> backup.equals(event.data().getString("backupId")));
    }

    public List<Heard> heard(Predicate<Heard> which) {
        return all().stream().filter(which).toList();
    }

    public Heard await(Predicate<Heard> which) {
        return awaitMany(1, which).getFirst();
    }

    public List<Heard> awaitMany(int count, Predicate<Heard> which) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> heard(which), found -> found.size() >= count);
    }

    static Predicate<Heard> is(String type) {
        return event -> event.type().equals(type);
    }

    static Predicate<Heard> answering(String correlation) {
        return event -> event.correlation().equals(correlation);
    }

    @Override
    public synchronized void close() {
        producer.close(Duration.ofSeconds(1));
        if (tail != null) {
            tail.close();
        }
    }
}
