package io.holdfast.audit.activity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record on a {@code .dlq} topic: what its headers say of it, never its content. */
final class DeadLetterDetails {
    private static final List<String> HEADERS =
            List.of("reason", "message", "consumer", "topic", "partition", "offset", "time", "truncated");
    private static final int MAX_LENGTH = 500;

    private DeadLetterDetails() {}

    static AuditAction action(ConsumerRecord<byte[], byte[]> letter) {
        String topic = header(letter, "topic");
        String origin =
                topic == null ? null : topic + "/" + header(letter, "partition") + "/" + header(letter, "offset");
        return AuditAction.of("event_dead_lettered", ActivityStatus.FAILURE, "message", origin);
    }

    static ObjectNode details(ConsumerRecord<byte[], byte[]> letter) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        for (String name : HEADERS) {
            String value = header(letter, name);
            if (value != null) {
                details.put(name, value);
            }
        }
        return PayloadDigest.of(letter.value()).into(details);
    }

    /** Headers come from whoever may write to the topic: bounded, and without control characters. */
    private static @Nullable String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader("holdfast-" + name);
        if (header == null || header.value() == null) {
            return null;
        }
        String value = new String(header.value(), StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
        return value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value;
    }
}
