package io.holdfast.engine.d1.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows of one statement, cell by cell. The whole answer is in memory; nothing has to be closed. */
public final class D1Rows {
    private final JsonParser json;

    D1Rows(JsonParser json) throws IOException {
        this.json = json;
        if (json.nextToken() != JsonToken.START_ARRAY) {
            throw new IOException("rows are no array");
        }
    }

    static HoldfastException unreadable(IOException e) {
        return HoldfastException.of(
                FailureCode.SOURCE_UNREACHABLE, "an answer of D1 cannot be read (" + e.getMessage() + ")", e);
    }

    /** Goes to the next row; false after the last. All cells of the row before were read. */
    public boolean next() {
        try {
            JsonToken token = json.nextToken();
            if (token == JsonToken.END_ARRAY && json.getParsingContext().inArray()) {
                token = json.nextToken(); // the end of the row before
            }
            return token == JsonToken.START_ARRAY;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** A String, a Double or null. */
    public @Nullable Object cell() {
        try {
            return switch (json.nextToken()) {
                case VALUE_NULL -> null;
                case VALUE_STRING -> json.getText();
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Double.valueOf(Double.parseDouble(json.getText()));
                default -> throw new IOException("a cell is neither text nor number");
            };
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** A cell that is a string. */
    public String text() {
        return cell() instanceof String text ? text : "";
    }
}
