package io.holdfast.eventing.cloudevents;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.access.signature.RequestSignature;
import io.holdfast.access.signature.SignedContent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.UnreadableMessageException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads CloudEvents 1.0 from Kafka records, by its Kafka protocol binding: binary mode by {@code ce_} headers, else
 * structured mode, with or without the content-type that announces it, because kcat sends none.
 */
public final class CloudEventReader {
    private static final String PREFIX = "ce_";

    /** The headers of attributes, and the signature; a content type is optional, so one in another case is ignored as before. */
    private static final Set<String> ATTRIBUTES = Set.of(
            PREFIX + "specversion",
            PREFIX + "id",
            PREFIX + "source",
            PREFIX + "type",
            PREFIX + "subject",
            PREFIX + "time",
            PREFIX + "expirytime",
            PREFIX + "correlationid",
            PREFIX + "sequence",
            RequestSignature.HEADER);

    private CloudEventReader() {}

    /** @throws UnreadableMessageException if the record holds no CloudEvent of ours to understand */
    public static CloudEventEnvelope read(Topic topic, ConsumerRecord<byte[], byte[]> record)
            throws UnreadableMessageException {
        byte[] value = record.value();
        if (value != null && value.length > EventJson.MAX_BYTES) {
            throw new UnreadableMessageException(
                    Reason.TOO_LARGE, value.length + " bytes; a message may have " + EventJson.MAX_BYTES);
        }
        String specVersion = header(record, PREFIX + "specversion");
        CloudEventAttributes attributes;
        JsonNode data;
        refuseOtherCase(record);
        if (specVersion != null) {
            attributes = new CloudEventAttributes(name -> header(record, PREFIX + name));
            data = binaryData(value, header(record, "content-type"));
        } else {
            ObjectNode event = structured(value, header(record, "content-type"));
            attributes = new CloudEventAttributes(name -> text(event, name));
            data = structuredData(event);
        }
        refuseNul(data);
        return envelope(topic, record, attributes, data);
    }

    private static CloudEventEnvelope envelope(
            Topic topic, ConsumerRecord<byte[], byte[]> record, CloudEventAttributes attributes, JsonNode data)
            throws UnreadableMessageException {
        String version = attributes.required("specversion");
        if (!version.equals("1.0")) {
            throw new UnreadableMessageException(Reason.NOT_A_CLOUD_EVENT, "its specversion is not 1.0");
        }
        String type = attributes.required("type");
        String source = attributes.required("source");
        String id = attributes.required("id");
        return new CloudEventEnvelope(
                topic,
                type,
                source,
                id,
                data,
                attributes.optional("subject"),
                attributes.optional("correlationid"),
                attributes.instant("time"),
                attributes.instant("expirytime"),
                attributes.number("sequence"),
                signature(record, id, source, type, attributes.optional("time")),
                record.partition(),
                record.offset());
    }

    private static @Nullable SignatureClaim signature(
            ConsumerRecord<byte[], byte[]> record, String id, String source, String type, @Nullable String time) {
        List<byte[]> headers = new ArrayList<>();
        for (Header header : record.headers().headers(RequestSignature.HEADER)) {
            headers.add(header.value() == null ? new byte[0] : header.value());
        }
        if (headers.isEmpty()) {
            return null;
        }
        byte[] body = record.value() == null ? new byte[0] : record.value();
        return new SignatureClaim(SignedContent.of(id, source, type, time == null ? "" : time, body), headers);
    }

    /** Kafka's header names are case-sensitive, unlike those of HTTP: {@code CE_ID} would be no attribute at all. */
    private static void refuseOtherCase(ConsumerRecord<byte[], byte[]> record) throws UnreadableMessageException {
        for (Header header : record.headers()) {
            String name = header.key();
            String right = name.toLowerCase(Locale.ROOT);
            if (!name.equals(right) && ATTRIBUTES.contains(right)) {
                throw new UnreadableMessageException(
                        Reason.NOT_A_CLOUD_EVENT,
                        "header " + name + " is in the wrong case; header names of Kafka are case-sensitive: send "
                                + right);
            }
        }
    }

    private static JsonNode binaryData(byte @Nullable [] value, @Nullable String contentType)
            throws UnreadableMessageException {
        if (value == null || value.length == 0) {
            return NullNode.getInstance();
        }
        requireJson(contentType);
        return parse(value);
    }

    private static void requireJson(@Nullable String contentType) throws UnreadableMessageException {
        if (contentType == null) {
            return;
        }
        String media = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!media.endsWith("/json") && !media.endsWith("+json")) {
            throw new UnreadableMessageException(Reason.NOT_JSON, "its data content type is not JSON");
        }
    }

    private static ObjectNode structured(byte @Nullable [] value, @Nullable String contentType)
            throws UnreadableMessageException {
        if (value == null || value.length == 0) {
            throw new UnreadableMessageException(
                    Reason.EMPTY, "the record has neither a value nor CloudEvents headers");
        }
        if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("application/cloudevents-batch")) {
            throw new UnreadableMessageException(
                    Reason.NOT_A_CLOUD_EVENT, "batches are not accepted; send one event per record");
        }
        if (parse(value) instanceof ObjectNode event && event.has("specversion")) {
            return event;
        }
        throw new UnreadableMessageException(
                Reason.NOT_A_CLOUD_EVENT, "neither ce_ headers nor a JSON object with a specversion");
    }

    private static JsonNode structuredData(ObjectNode event) throws UnreadableMessageException {
        JsonNode base64 = event.get("data_base64");
        if (base64 == null) {
            JsonNode data = event.get("data");
            return data == null ? NullNode.getInstance() : data;
        }
        if (event.has("data") || !base64.isTextual()) {
            throw new UnreadableMessageException(
                    Reason.NOT_A_CLOUD_EVENT, "data_base64 must be a text, and there without data");
        }
        requireJson(text(event, "datacontenttype"));
        try {
            return parse(Base64.getDecoder().decode(base64.textValue()));
        } catch (IllegalArgumentException e) {
            throw new UnreadableMessageException(Reason.NOT_A_CLOUD_EVENT, "data_base64 is not base64", e);
        }
    }

    private static JsonNode parse(byte[] json) throws UnreadableMessageException {
        try {
            return EventJson.mapper().readTree(json);
        } catch (StreamConstraintsException e) {
            boolean deep = String.valueOf(e.getMessage()).contains("depth");
            throw deep
                    ? new UnreadableMessageException(Reason.TOO_DEEP, "nests deeper than " + EventJson.MAX_DEPTH, e)
                    : new UnreadableMessageException(Reason.TOO_LARGE, "a name or number in it is too long", e);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new UnreadableMessageException(Reason.NOT_JSON, "not JSON" + where, e);
        } catch (IOException e) {
            throw new UnreadableMessageException(Reason.NOT_JSON, "not JSON in UTF-8", e);
        }
    }

    /** PostgreSQL's text cannot hold U+0000, so nothing that has one could ever be worked on. */
    private static void refuseNul(JsonNode node) throws UnreadableMessageException {
        if (containsNul(node)) {
            throw new UnreadableMessageException(Reason.DATA_INVALID, "a text in its data holds the character U+0000");
        }
    }

    public static boolean containsNul(JsonNode node) {
        if (node.isTextual() && node.textValue().indexOf('\0') >= 0) {
            return true;
        }
        for (JsonNode child : node) {
            if (containsNul(child)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String text(ObjectNode event, String name) throws UnreadableMessageException {
        JsonNode node = event.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (node.isContainerNode()) {
            throw new UnreadableMessageException(
                    Reason.ATTRIBUTE_INVALID, "attribute " + name + " is not a simple value");
        }
        if (!node.isTextual() && !name.equals("sequence")) {
            throw new UnreadableMessageException(
                    Reason.ATTRIBUTE_INVALID,
                    "attribute " + name + " is a JSON "
                            + node.getNodeType().name().toLowerCase(Locale.ROOT) + "; send it as a string");
        }
        return node.asText();
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
