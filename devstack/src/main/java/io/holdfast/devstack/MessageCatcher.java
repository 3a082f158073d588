package io.holdfast.devstack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/**
 * Takes what would have been sent and shows it.
 *
 * <pre>
 * POST   /slack/{channel}, /webhook/{name}   kept; answered as Slack does
 * GET    /messages                           all, oldest first, as JSON
 * DELETE /messages                           forgotten, behaviour reset
 * POST   /behaviour {kind,status,times,retryAfter}   the next messages are refused
 * GET    /                                   a page
 * </pre>
 */
final class MessageCatcher implements StackServer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CaughtMessageStore caughtMessageStore = new CaughtMessageStore();
    private final HttpServer http;
    private final MailCatcher mail;

    private MessageCatcher(int port, int smtpPort) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::handle);
        http.start();
        mail = MailCatcher.start(smtpPort, caughtMessageStore);
    }

    static MessageCatcher start(StackState state) throws IOException {
        return new MessageCatcher(state.port(StackComponent.CATCHER), state.port("CATCHER_SMTP"));
    }

    StackAddresses.Catcher address() {
        return new StackAddresses.Catcher(
                "http://127.0.0.1:" + http.getAddress().getPort(), "127.0.0.1", mail.port());
    }

    @Override
    public void stop() {
        http.stop(0);
        mail.stop();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String[] path = exchange.getRequestURI().getPath().split("/", 3);
            String request = exchange.getRequestMethod() + " /" + path[1];
            switch (request) {
                case "POST /slack", "POST /webhook", "PUT /webhook" -> take(exchange, path);
                case "GET /messages" ->
                    answer(exchange, 200, "application/json", JSON.writeValueAsString(caughtMessageStore.messages()));
                case "DELETE /messages" -> {
                    caughtMessageStore.clear();
                    answer(exchange, 204, "text/plain", "");
                }
                case "POST /behaviour" -> behave(exchange);
                case "GET /" ->
                    answer(exchange, 200, "text/html; charset=utf-8", CaughtPage.of(caughtMessageStore.messages()));
                default -> answer(exchange, 404, "text/plain", request + " is not served here; see GET /messages\n");
            }
        }
    }

    private void take(HttpExchange exchange, String[] path) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        String to = path.length > 2 ? path[2] : "";
        CaughtMessage message = new CaughtMessage(path[1], to, Instant.now().toString(), "", body(exchange), headers);
        Optional<CatcherBehaviour> refusal = caughtMessageStore.offer(message);
        if (refusal.isEmpty()) {
            answer(exchange, 200, "text/plain", "ok");
            return;
        }
        if (refusal.get().retryAfter() > 0) {
            exchange.getResponseHeaders()
                    .set("Retry-After", Integer.toString(refusal.get().retryAfter()));
        }
        answer(exchange, refusal.get().status(), "text/plain", "refused as told");
    }

    private void behave(HttpExchange exchange) throws IOException {
        try {
            caughtMessageStore.behave(JSON.readValue(body(exchange), CatcherBehaviour.class));
            answer(exchange, 204, "text/plain", "");
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            answer(
                    exchange,
                    400,
                    "text/plain",
                    "want {\"kind\":\"slack\",\"status\":503,\"times\":2,\"retryAfter\":0}\n");
        }
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
