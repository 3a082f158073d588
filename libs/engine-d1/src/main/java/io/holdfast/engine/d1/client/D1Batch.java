package io.holdfast.engine.d1.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Statements of one request. Fails with SOURCE_UNSUPPORTED if D1 takes one of them for too long. */
public record D1Batch(List<String> statements) {
    private static final int LONGEST_STATEMENT = 100_000;
    private static final JsonFactory JSON = new JsonFactory();

    public D1Batch {
        statements = List.copyOf(statements);
        for (String sql : statements) {
            if (sql.getBytes(StandardCharsets.UTF_8).length > LONGEST_STATEMENT) {
                throw HoldfastException.of(
                        FailureCode.SOURCE_UNSUPPORTED,
                        "a statement that reads a D1 database has more than 100,000 bytes, D1's limit: \""
                                + sql.substring(0, 200) + "…\"; shorten the names of columns or the values of the key");
            }
        }
    }

    /** A text as JSON. */
    static String quoted(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeString(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    int size() {
        return statements.size();
    }

    byte[] json() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("batch");
            for (String sql : statements) {
                json.writeStartObject();
                json.writeStringField("sql", sql);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
