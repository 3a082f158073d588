package io.holdfast.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** Asks for a backup as any other system would: a structured CloudEvent on the topic, without a key. */
final class KafkaBackupRequest {
    private static final long ACKNOWLEDGED_WITHIN_SECONDS = 20;

    private KafkaBackupRequest() {}

    /** @return where the broker put it */
    static String publish(String bootstrap, String source, String label)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                StringSerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                StringSerializer.class,
                ProducerConfig.ENABLE_METRICS_PUSH_CONFIG,
                false);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings)) {
            ProducerRecord<String, String> request =
                    new ProducerRecord<>(Topic.BACKUP_REQUESTS.topicName(), event(source, label));
            request.headers()
                    .add(
                            "content-type",
                            "application/cloudevents+json; charset=UTF-8".getBytes(StandardCharsets.US_ASCII));
            RecordMetadata at = producer.send(request).get(ACKNOWLEDGED_WITHIN_SECONDS, TimeUnit.SECONDS);
            return at.topic() + ", partition " + at.partition() + ", offset " + at.offset();
        }
    }

    private static String event(String source, String label) {
        ObjectNode event = ServiceJson.object()
                .put("specversion", "1.0")
                .put("id", "deploy-" + UUID.randomUUID())
                .put("source", "/ci/deploy")
                .put("type", "io.holdfast.BackupRequested.v1")
                .put("subject", source)
                .put("time", Instant.now().toString())
                .put("datacontenttype", "application/json");
        event.putObject("data").put("source", source).putArray("labels").add(label);
        return event.toString();
    }
}
