package io.holdfast.restore.saga;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** The application whose database is restored: can be told to stand aside, and says how it is. */
public final class Portal {
    final AtomicBoolean well = new AtomicBoolean(true);
    final AtomicBoolean obedient = new AtomicBoolean(true);
    public final List<String> told = new CopyOnWriteArrayList<>();

    private final HttpServer server;

    Portal() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void reset() {
        well.set(true);
        obedient.set(true);
        told.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            exchange.getRequestBody().readAllBytes();
            boolean yes = path.equals("/health") ? well.get() : obedient.get();
            if (!path.equals("/health") && yes) {
                told.add(path.substring(1));
            }
            answer(exchange, yes ? 200 : 400, "{\"ok\":" + yes + "}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
