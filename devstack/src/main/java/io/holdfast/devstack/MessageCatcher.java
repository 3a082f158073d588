package io.holdfast.devstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/**
 * Takes what would have been sent and shows it.
 *
 * <pre>
 * POST   /slack/{channel}, /webhook/{name}   kept; answered as Slack's incoming webhooks do
 * POST   /slack-api/{method}                 kept; answered as Slack's Web API does
 * DELETE /slack-api                          the messages of the Web API are gone, as if deleted in Slack
 * POST   /teams/{name}                       kept; answered as a workflow of Teams does
 * POST   /pagerduty/v2/enqueue               kept; answered as PagerDuty's Events API does
 * POST   /status/{status}                    not kept; answered with this status
 * GET    /messages                           all, oldest first, as JSON
 * DELETE /messages                           forgotten, behaviour reset
 * POST   /behaviour {kind,status,times,retryAfter,about,error}   the next messages are refused
 * GET    /                                   a page
 * </pre>
 */
final class MessageCatcher implements StackServer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CaughtMessageStore caughtMessageStore = new CaughtMessageStore();
    private final SlackApiCatcher slackApi = new SlackApiCatcher();
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
                case "POST /slack",
                        "POST /slack-api",
                        "POST /teams",
                        "POST /pagerduty",
                        "POST /webhook",
                        "PUT /webhook" -> take(exchange, path);
                case "POST /status" -> answer(exchange, Integer.parseInt(path[2]), "text/plain", "as asked for");
                case "DELETE /slack-api" -> {
                    slackApi.forget();
                    answer(exchange, 204, "text/plain", "");
                }
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
        String wrong = wrong(message);
        if (!wrong.isEmpty()) {
            answer(
                    exchange,
                    message.kind().equals("slack-api")
                            ? SlackApiCatcher.refuse(wrong)
                            : CatcherAnswer.text(400, wrong));
            return;
        }
        Optional<CatcherBehaviour> refusal = caughtMessageStore.offer(message);
        refusal.map(CatcherBehaviour::retryAfter)
                .filter(seconds -> seconds > 0)
                .ifPresent(seconds -> exchange.getResponseHeaders().set("Retry-After", Integer.toString(seconds)));
        answer(exchange, refusal.map(told -> told.answer(message.kind())).orElseGet(() -> accept(message)));
    }

    /** Why the receiver does not understand the message; empty if it does. */
    private String wrong(CaughtMessage message) throws IOException {
        return switch (message.kind()) {
            case "slack-api" ->
                slackApi.error(message.to(), message.body(), message.headers().getOrDefault("Authorization", ""));
            case "pagerduty" -> {
                JsonNode event = JSON.readTree(message.body());
                boolean known = List.of("trigger", "acknowledge", "resolve")
                        .contains(event.path("event_action").asText());
                boolean summed = !event.path("event_action").asText().equals("trigger")
                        || event.at("/payload/summary").isTextual();
                yield known && summed && event.path("routing_key").isTextual() ? "" : "invalid event";
            }
            default -> "";
        };
    }

    private CatcherAnswer accept(CaughtMessage message) {
        return switch (message.kind()) {
            case "slack-api" -> slackApi.accept(message.to(), message.body());
            case "pagerduty" -> CatcherAnswer.json(202, "{\"status\":\"success\",\"message\":\"Event processed\"}");
            case "teams" -> CatcherAnswer.text(202, "");
            default -> CatcherAnswer.text(200, "ok");
        };
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

    private static void answer(HttpExchange exchange, CatcherAnswer answer) throws IOException {
        answer(exchange, answer.status(), answer.type(), answer.body());
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
