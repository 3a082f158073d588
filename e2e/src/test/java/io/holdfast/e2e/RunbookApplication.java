package io.holdfast.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The applications of the sources: each health probe queries the live database of its source. */
final class RunbookApplication implements AutoCloseable {

    /** @param ok whether the query gave what the application needs */
    private record Answer(String source, boolean ok, Instant at) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, RunbookSource> sources = new ConcurrentHashMap<>();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();

    RunbookApplication() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.setExecutor(threads);
        server.createContext("/api/health/", this::health);
        server.start();
    }

    void serve(RunbookSource source) {
        sources.put(source.name, source);
    }

    URI health(String source) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api/health/" + source);
    }

    /** Of the answer to a request for the probe. */
    int status(RunbookSource source) {
        URI probe = health(source.name);
        return Rest.call(probe, "GET", probe.getPath(), null, Map.of()).status();
    }

    /** Returns whether the application has answered a health probe of the source with 200 since the instant. */
    boolean wasHealthy(String source, Instant since) {
        return answers.stream()
                .anyMatch(answer -> answer.ok && answer.source.equals(source) && !answer.at.isBefore(since));
    }

    private void health(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        RunbookSource source = sources.get(path.substring(path.lastIndexOf('/') + 1));
        try (exchange) {
            if (source == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            boolean ok = serves(source);
            answers.add(new Answer(source.name, ok, Instant.now()));
            byte[] body =
                    ("{\"ok\":" + ok + ",\"database\":{\"connected\":" + ok + "}}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(ok ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static boolean serves(RunbookSource source) {
        try {
            return source.serves();
        } catch (SQLException e) {
            return false; // the database is away, or has no such column
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
