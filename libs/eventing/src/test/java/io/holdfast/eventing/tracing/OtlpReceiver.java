package io.holdfast.eventing.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Receives traces by OTLP/HTTP, and answers GET with all of them: a sequence of protobuf messages of one type is one message
 * with all their elements.
 */
public final class OtlpReceiver implements QuarkusTestResourceLifecycleManager {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private @Nullable HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server = started;
            started.createContext("/v1/traces", this::receive);
            started.createContext("/received", this::answer);
            started.start();
            return Map.of(
                    "holdfast.tracing",
                    "http://127.0.0.1:" + started.getAddress().getPort(),
                    "quarkus.otel.bsp.schedule.delay",
                    "200ms");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        synchronized (received) {
            received.writeBytes(body);
        }
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] all;
        synchronized (received) {
            all = received.toByteArray();
        }
        exchange.sendResponseHeaders(200, all.length == 0 ? -1 : all.length);
        exchange.getResponseBody().write(all);
        exchange.close();
    }
}
