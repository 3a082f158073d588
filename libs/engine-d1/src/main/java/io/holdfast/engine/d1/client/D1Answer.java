package io.holdfast.engine.d1.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of an answer: {@code success}, {@code errors} and {@code result}. A statement may have failed inside an envelope of
 * success; that is a failure too.
 */
public final class D1Answer {
    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] body;

    /** Where the rows of each statement begin. */
    private final List<Integer> rows = new ArrayList<>();

    /** The values of each object of a list. */
    private final List<Map<String, String>> objects = new ArrayList<>();

    private final Map<String, String> result = new LinkedHashMap<>();
    private boolean success;
    private int code;
    private @Nullable String error;

    private D1Answer(byte[] body) {
        this.body = body;
    }

    /** @throws IOException if it is no such envelope, or an incomplete one */
    static D1Answer parse(byte[] body) throws IOException {
        D1Answer answer = new D1Answer(body);
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer is no JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                answer.field(json.currentName(), json);
            }
        }
        return answer;
    }

    private void field(String name, JsonParser json) throws IOException {
        JsonToken value = json.nextToken();
        switch (name) {
            case "success" -> success = value == JsonToken.VALUE_TRUE;
            case "errors" -> errors(json);
            case "result" -> result(json);
            default -> json.skipChildren();
        }
    }

    /** The first one counts. */
    private void errors(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            boolean first = error == null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (first && name.equals("code") && value == JsonToken.VALUE_NUMBER_INT) {
                    code = json.getIntValue();
                } else if (first && name.equals("message") && value == JsonToken.VALUE_STRING) {
                    error = json.getText();
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void result(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken().isScalarValue()) {
                    result.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
            while (json.nextToken() == JsonToken.START_OBJECT) {
                statement(json);
            }
        }
    }

    private void statement(JsonParser json) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        objects.add(values);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("results") && value == JsonToken.START_OBJECT) {
                results(json);
            } else if (name.equals("success") && value == JsonToken.VALUE_FALSE && error == null) {
                error = "a statement failed";
            } else if (name.equals("error") && value == JsonToken.VALUE_STRING) {
                error = json.getText();
            } else if (value.isScalarValue()) {
                values.put(name, json.getText());
            } else {
                json.skipChildren();
            }
        }
    }

    private void results(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals("rows")) {
                rows.add(Math.toIntExact(json.currentTokenLocation().getByteOffset()));
            }
            json.skipChildren();
        }
    }

    boolean succeeded() {
        return success && error == null;
    }

    int code() {
        return code;
    }

    String error() {
        return error == null ? "no reason given" : error;
    }

    /** A value of an object that is the result; empty if it has none. */
    public String value(String name) {
        return result.getOrDefault(name, "");
    }

    /** The objects of a result that is a list. */
    List<Map<String, String>> objects() {
        return objects;
    }

    /** In bytes. */
    public int size() {
        return body.length;
    }

    int statements() {
        return rows.size();
    }

    /** The rows that this statement gave. */
    public D1Rows rows(int statement) {
        int from = rows.get(statement);
        try {
            return new D1Rows(JSON.createParser(body, from, body.length - from));
        } catch (IOException e) {
            throw D1Rows.unreadable(e);
        }
    }
}
