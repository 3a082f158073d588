package io.holdfast.eventing.inbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.eventing.cloudevents.CloudEventEnvelope;
import io.holdfast.eventing.tracing.SpanAttributes;
import io.holdfast.eventing.tracing.TraceParent;
import io.holdfast.eventing.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** The span of one message in one consumer, below the span that published it. */
final class MessageSpan {
    private static final int LONGEST_NAME = 200;

    private MessageSpan() {}

    static Span start(
            Tracing tracing, String consumer, ConsumerRecord<byte[], byte[]> record, CloudEventEnvelope envelope) {
        Span span = tracing.start("process " + record.topic(), SpanKind.CONSUMER, traceparent(record));
        span.setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.destination.name", record.topic())
                .setAttribute("messaging.destination.partition.id", Integer.toString(record.partition()))
                .setAttribute("messaging.kafka.offset", record.offset())
                .setAttribute("messaging.message.id", envelope.id())
                .setAttribute("holdfast.consumer", consumer)
                .setAttribute("holdfast.event.type", envelope.type());
        String source = source(envelope.data());
        return source == null ? span : span.setAttribute(SpanAttributes.SOURCE, source);
    }

    private static @Nullable String traceparent(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(TraceParent.HEADER);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** A request names its source; an event has its id and name. */
    private static @Nullable String source(JsonNode data) {
        JsonNode source = data.path("source");
        JsonNode name = source.isObject() ? source.path("name") : source;
        return name.isTextual() && name.textValue().length() <= LONGEST_NAME ? name.textValue() : null;
    }
}
