package io.holdfast.restore.maintenance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.eventing.outbound.OutboundHttpClient;
import io.holdfast.eventing.outbound.OutboundPolicy;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Somebody's application: it answers as it was told, and remembers what it was asked. */
final class Application implements AutoCloseable {

    /** A request. */
    record Asked(String method, String path, String idempotencyKey, String body) {}

    /** @param status 0: no answer; below 0: the connection breaks */
    record Told(int status, String body) {}

    /** The client of the services, without ports of a platform. */
    static final OutboundHttpClient CLIENT =
            new OutboundHttpClient(Vertx.vertx(), OutboundPolicy.standalone(OutboundPolicy::systemResolver));

    private final HttpServer server;
    private final Deque<Told> told = new ConcurrentLinkedDeque<>();
    private final CountDownLatch over = new CountDownLatch(1);
    final List<Asked> asked = new CopyOnWriteArrayList<>();

    Application() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** One answer after the other; the last for ever, 204 without any. */
    Application answers(int... statuses) {
        for (int status : statuses) {
            told.add(new Told(status, ""));
        }
        return this;
    }

    Application says(int status, String body) {
        told.add(new Told(status, body));
        return this;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            asked.add(new Asked(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), key == null ? "" : key, body));
            Told answer = told.size() > 1 ? told.poll() : told.peek();
            if (answer == null) {
                exchange.sendResponseHeaders(204, -1);
            } else if (answer.status() == 0) {
                over.await();
            } else if (answer.status() > 0) {
                byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Location", "/login");
                exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
                if (bytes.length > 0) {
                    exchange.getResponseBody().write(bytes);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.countDown();
        server.stop(0);
    }
}
