package io.holdfast.devstack.neon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.devstack.history.DatabaseHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One Neon project on a port of the loopback address. A branch without an endpoint has no compute. The first request
 * for a new branch is answered with 404. After some more requests the branch is ready, and its parent timestamp final.
 * While a branch is created, the project is locked. Names are unique, and there is no idempotency key. To be closed.
 */
public final class NeonServer implements AutoCloseable {
    public static final String PROJECT = "quiet-river-123456";
    private static final Pattern PATH = Pattern.compile("/api/v2/projects/" + PROJECT
            + "(?<rest>/branches|/connection_uri)?(?:/(?<id>br-[a-z0-9-]+))?(?<endpoints>/endpoints)?");

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final DatabaseHistory history;
    private final Instant created;
    private final Map<String, NeonBranch> branches = new LinkedHashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger locked = new AtomicInteger();
    private volatile InstantSource clock;
    private volatile Duration retention = Duration.ofDays(1);
    private volatile String key = "napi_stand-in";
    private volatile Duration skew = Duration.ZERO;
    private int number;

    private static final class Refusal extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private NeonServer(DatabaseHistory history, InstantSource clock) throws IOException {
        this.history = history;
        this.clock = clock;
        this.created = clock.instant().minus(Duration.ofDays(10));
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public static NeonServer start(DatabaseHistory history, InstantSource clock) {
        try {
            return new NeonServer(history, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api/v2");
    }

    public String key() {
        return key;
    }

    public void rotateKey(String next) {
        key = next;
    }

    public void retention(Duration time) {
        retention = time;
    }

    /** New branches have a state that is later than the requested one by this time. */
    public void skew(Duration time) {
        skew = time;
    }

    /** The next requests that write are carried out, but their answers are lost. */
    public void loseAnswers(int count) {
        lost.set(count);
    }

    /** The next requests that write find the project locked by another operation. */
    public void lock(int count) {
        locked.set(count);
    }

    /** Names of the branches, without the default one. */
    public List<String> branches() {
        synchronized (branches) {
            expire();
            return branches.values().stream().map(branch -> branch.name).toList();
        }
    }

    /** Creates a branch that Holdfast does not own. */
    public void foreignBranch(String name) {
        synchronized (branches) {
            put(name, clock.instant(), null, null);
        }
    }

    /** Method and path of all requests since the last call. */
    public List<String> requests() {
        synchronized (requests) {
            List<String> all = List.copyOf(requests);
            requests.clear();
            return all;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        byte[] body = exchange.getRequestBody().readAllBytes();
        requests.add(method + " " + exchange.getRequestURI().getPath());
        try (exchange) {
            JsonNode result;
            int status = method.equals("POST") ? 201 : 200;
            try {
                synchronized (branches) {
                    expire();
                    result = result(exchange, body);
                }
                if (!method.equals("GET") && lost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    exchange.sendResponseHeaders(504, -1);
                    return;
                }
            } catch (Refusal e) {
                status = e.status;
                result = json.createObjectNode().put("code", "").put("message", String.valueOf(e.getMessage()));
            }
            if (status == 204) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            byte[] text = json.writeValueAsBytes(result);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    private JsonNode result(HttpExchange exchange, byte[] body) throws Refusal, IOException {
        if (!("Bearer " + key).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            throw new Refusal(401, "This request requires authentication.");
        }
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            throw new Refusal(404, "this page could not be found");
        }
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String rest = Objects.requireNonNullElse(path.group("rest"), "");
        String id = path.group("id");
        String operation = exchange.getRequestMethod() + " " + rest + (id == null ? "" : "/ID")
                + Objects.requireNonNullElse(path.group("endpoints"), "");
        if (!operation.startsWith("GET") && locked.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new Refusal(
                    423, "project already has running conflicting operations, scheduling of new ones is prohibited");
        }
        return switch (operation) {
            case "GET " -> project();
            case "GET /branches" -> list(query.getOrDefault("search", ""), query.getOrDefault("cursor", ""));
            case "POST /branches" -> create(json.readTree(body));
            case "GET /branches/ID" -> shown(id);
            case "GET /branches/ID/endpoints" -> endpoints(id);
            case "DELETE /branches/ID" -> delete(id);
            case "GET /connection_uri" -> connection(query);
            default -> throw new Refusal(405, "method not allowed");
        };
    }

    private JsonNode project() {
        ObjectNode result = json.createObjectNode();
        result.putObject("project")
                .put("id", PROJECT)
                .put("history_retention_seconds", retention.toSeconds())
                .put("created_at", created.toString());
        return result;
    }

    /** A page has two branches. */
    private JsonNode list(String search, String cursor) {
        ObjectNode result = json.createObjectNode();
        ArrayNode page = result.putArray("branches");
        boolean after = cursor.isEmpty();
        for (NeonBranch branch : branches.values()) {
            if (after && page.size() < 2 && branch.name.contains(search)) {
                page.add(described(branch));
                result.putObject("pagination").put("next", branch.id);
            }
            after |= branch.id.equals(cursor);
        }
        return result;
    }

    private ObjectNode described(NeonBranch branch) {
        ObjectNode described = json.createObjectNode()
                .put("id", branch.id)
                .put("name", branch.name)
                .put("current_state", branch.ready() ? "ready" : "init")
                .put("created_at", branch.created.toString());
        // not settled before the operations have finished
        Instant parent = branch.ready() ? branch.parentTimestamp : branch.parentTimestamp.minusSeconds(3);
        return described.put("parent_timestamp", parent.toString());
    }

    private JsonNode create(JsonNode body) throws Refusal {
        JsonNode wanted = body.path("branch");
        String name = wanted.path("name").asText();
        if (branches.values().stream().anyMatch(branch -> branch.name.equals(name))) {
            throw new Refusal(409, "branch with the provided name already exists");
        }
        if (branches.values().stream().anyMatch(branch -> !branch.ready())) {
            branches.values().forEach(NeonBranch::look);
            throw new Refusal(
                    423, "project already has running conflicting operations, scheduling of new ones is prohibited");
        }
        Instant now = clock.instant();
        Instant at = time(wanted.path("parent_timestamp").asText(now.toString()));
        if (at.isAfter(now) || at.isBefore(created) || at.isBefore(now.minus(retention))) {
            throw new Refusal(400, "parent timestamp is out of the history window");
        }
        Instant expires =
                wanted.has("expires_at") ? time(wanted.path("expires_at").asText()) : null;
        boolean compute = !body.path("endpoints").isEmpty();
        NeonBranch made = put(name, at, expires, compute ? at : null);
        ObjectNode result = json.createObjectNode();
        result.set("branch", described(made));
        result.putArray("operations").addObject().put("action", "create_branch").put("status", "running");
        return result;
    }

    private NeonBranch put(String name, Instant at, @Nullable Instant expires, @Nullable Instant state) {
        String id = "br-cool-sun-" + ++number;
        URI uri = state == null ? null : history.open(id, state);
        NeonBranch made = new NeonBranch(id, name, clock.instant(), at.plus(skew), expires, uri);
        branches.put(id, made);
        return made;
    }

    private NeonBranch known(@Nullable String id) throws Refusal {
        NeonBranch branch = branches.get(id == null ? "" : id);
        if (branch == null) {
            throw new Refusal(404, "branch not found");
        }
        return branch;
    }

    private JsonNode shown(String id) throws Refusal {
        NeonBranch branch = known(id);
        if (branch.look() == 0) {
            throw new Refusal(404, "branch not found");
        }
        ObjectNode result = json.createObjectNode();
        result.set("branch", described(branch));
        return result;
    }

    private JsonNode endpoints(String id) throws Refusal {
        NeonBranch branch = known(id);
        ObjectNode result = json.createObjectNode();
        ArrayNode all = result.putArray("endpoints");
        if (branch.uri != null) {
            ObjectNode endpoint =
                    all.addObject().put("id", "ep-" + id.substring(3)).put("type", "read_write");
            if (branch.look() < 6) {
                endpoint.put("current_state", "init").put("pending_state", "active");
            } else {
                endpoint.put("current_state", "active");
            }
        }
        return result;
    }

    private JsonNode delete(String id) throws Refusal {
        NeonBranch branch = branches.remove(id);
        if (branch == null) {
            throw new Refusal(204, "");
        }
        history.drop(id);
        ObjectNode result = json.createObjectNode();
        result.set("branch", described(branch));
        return result;
    }

    private JsonNode connection(Map<String, String> query) throws Refusal {
        if (!query.containsKey("database_name") || !query.containsKey("role_name")) {
            throw new Refusal(400, "database_name and role_name are required");
        }
        URI uri = known(query.get("branch_id")).uri;
        if (uri == null) {
            throw new Refusal(404, "endpoint not found");
        }
        return json.createObjectNode().put("uri", uri.toString());
    }

    /** Removes expired branches. */
    private void expire() {
        Instant now = clock.instant();
        for (NeonBranch branch : List.copyOf(branches.values())) {
            if (branch.expires != null && branch.expires.isBefore(now)) {
                branches.remove(branch.id);
                history.drop(branch.id);
            }
        }
    }

    private static Instant time(String text) throws Refusal {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new Refusal(400, "the time is no RFC 3339 time: " + text);
        }
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String part : raw == null ? new String[0] : raw.split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                query.put(
                        part.substring(0, equals),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
