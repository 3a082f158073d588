package io.holdfast.devstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;

/** Looks at a field of a JSON resource, cheaply enough to be done again and again while a test waits. */
public final class JsonFieldProbe {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonFieldProbe() {}

    /** A field's text at this path of a service on this port of the machine; empty where there is no such field. */
    public static String at(int port, String path, String field) {
        try (InputStream body =
                URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
            JsonNode resource = JSON.readTree(body);
            return resource.path(field).asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
