package io.holdfast.eventing.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.tracing.TraceParent;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/** The oldest rows of the outbox, sent together. All that is there is read each time: positions commit in any order. */
final class OutboxBatch {
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};
    private static final Logger LOG = Logger.getLogger(OutboxBatch.class);
    private static final int VALID_WITHIN_SECONDS = 2;

    private final Connection connection;
    private final OutboxProducer producer;
    private final int size;
    private final BooleanSupplier going;

    OutboxBatch(Connection connection, OutboxProducer producer, int size, BooleanSupplier going) {
        this.connection = connection;
        this.producer = producer;
        this.size = size;
        this.going = going;
    }

    private record Row(long position, ProducerRecord<byte[], byte[]> message) {}

    private record Sent(Row row, Future<RecordMetadata> ack) {}

    /**
     * Sends one batch and deletes it once the broker has it.
     *
     * @return false if there was none to send
     * @throws KafkaException not all was sent; what was is deleted up to the first that was not
     */
    boolean send() throws SQLException, InterruptedException {
        List<Row> rows = read();
        if (rows.isEmpty()) {
            return false;
        }
        List<Sent> sent = new ArrayList<>(rows.size());
        List<Long> acknowledged = new ArrayList<>(rows.size());
        try {
            for (Row row : rows) {
                sent.add(new Sent(row, producer.get().send(row.message())));
            }
        } finally {
            try {
                for (Sent one : sent) {
                    await(one.ack());
                    acknowledged.add(one.row().position());
                    log(one.row().message());
                }
            } finally {
                delete(acknowledged);
            }
        }
        return true;
    }

    /** The one line of a service's log for each thing that came about: committed, and on the bus. */
    private static void log(ProducerRecord<byte[], byte[]> message) {
        Header traceparent = message.headers().lastHeader(TraceParent.HEADER);
        TraceParent.read(traceparent == null ? null : text(traceparent.value()))
                .wrap(() -> LOG.infof(
                        "%s of %s: %s", header(message, "ce_type"), text(message.key()), header(message, "ce_id")))
                .run();
    }

    private static String header(ProducerRecord<byte[], byte[]> message, String name) {
        return text(message.headers().lastHeader(name).value());
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** For as long as the broker takes, but not without the lock: another relay may be sending by then. */
    private void await(Future<RecordMetadata> ack) throws SQLException, InterruptedException {
        while (true) {
            try {
                ack.get(1, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                if (!going.getAsBoolean() || !connection.isValid(VALID_WITHIN_SECONDS)) {
                    throw new KafkaException("stopped, or lost the database, while the broker was awaited", e);
                }
            } catch (ExecutionException e) {
                throw new KafkaException("the broker did not take an event: " + e.getCause(), e);
            }
        }
    }

    private List<Row> read() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select position, topic, key, headers, value from outbox order by position limit ?")) {
            select.setInt(1, size);
            List<Row> rows = new ArrayList<>();
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    rows.add(new Row(result.getLong(1), message(result)));
                }
            }
            return rows;
        }
    }

    private static ProducerRecord<byte[], byte[]> message(ResultSet row) throws SQLException {
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(row.getString(2), utf8(row.getString(3)), utf8(row.getString(5)));
        headers(row.getString(4)).forEach((name, value) -> message.headers().add(name, utf8(value)));
        return message;
    }

    private static Map<String, String> headers(String json) {
        try {
            return EventJson.mapper().readValue(json, HEADERS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the headers of an outbox row are not JSON; was it changed by hand?", e);
        }
    }

    private void delete(List<Long> positions) throws SQLException {
        if (positions.isEmpty()) {
            return;
        }
        Array array = connection.createArrayOf("bigint", positions.toArray());
        try (PreparedStatement delete = connection.prepareStatement("delete from outbox where position = any (?)")) {
            delete.setArray(1, array);
            delete.executeUpdate();
        } finally {
            array.free();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
