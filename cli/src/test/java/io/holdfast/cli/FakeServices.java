package io.holdfast.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One HTTP server that stands for all five services, and answers as it was told; the last answer of a path stays. */
final class FakeServices implements AutoCloseable {
    record Answer(int status, String body) {}

    record Request(String method, String path, String query, String body, Map<String, String> headers) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new LinkedHashMap<>();
    private final List<Request> requests = new ArrayList<>();

    FakeServices() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/gateway";
    }

    /** @param request such as {@code GET /api/sources} */
    synchronized FakeServices on(String request, String body) {
        return on(request, 200, body);
    }

    synchronized FakeServices on(String request, int status, String body) {
        answers.computeIfAbsent(request, key -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    /** From now on every service is ready, whatever it was told before. */
    synchronized void ready() {
        answers.remove("GET /q/health/ready");
        on("GET /q/health/ready", "{\"status\":\"UP\"}");
    }

    FakeServices refuse(String request, int status, String code, String detail) {
        return on(request, status, """
                {"type":"about:blank","title":"No","status":%d,"detail":"%s","code":"%s"}""".formatted(status, detail, code));
    }

    synchronized List<Request> requests(String method, String path) {
        return requests.stream()
                .filter(each -> each.method().equals(method) && each.path().equals(path))
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Content-Type", answer.status() < 400 ? "application/json" : "application/problem+json");
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Answer answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/gateway".length());
        String query = exchange.getRequestURI().getQuery();
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(exchange.getRequestMethod(), path, query == null ? "" : query, body, headers));
        Deque<Answer> told = answers.get(exchange.getRequestMethod() + " " + path);
        if (told == null && path.equals("/api/status")) {
            return new Answer(200, "{\"sources\":[],\"alerts\":[]}");
        }
        if (told == null) {
            return new Answer(404, "{\"status\":404,\"detail\":\"nothing at " + path + "\"}");
        }
        return told.size() > 1 ? told.pop() : told.getFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
