package io.holdfast.devstack.supabase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.devstack.history.DatabaseHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One Supabase project with one database on a port of the loopback address. An accepted restore is answered with 201 and no body. The
 * project is still healthy for the next looks at its status, then it is restored and its database is away, and then it comes up. Each
 * accepted request restores: there is no idempotency key. A request during a restore is refused. The target is an integer of seconds.
 * To be closed.
 */
public final class SupabaseServer implements AutoCloseable {
    public static final String PROJECT = "abcdefghijklmnopqrst";

    private static final Duration RETENTION = Duration.ofDays(7);
    private static final String BASE = "/v1/projects/" + PROJECT;
    /** Statuses of the looks after a restore has begun. */
    private static final List<String> COURSE = List.of("RESTORING", "RESTORING", "COMING_UP");

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final DatabaseHistory history;
    private final String database;
    private final InstantSource clock;
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicInteger limited = new AtomicInteger();
    private final AtomicInteger failing = new AtomicInteger();
    private volatile Duration lag = Duration.ofMinutes(2);
    private volatile boolean pointInTime = true;
    private volatile boolean backedUp = true;
    private volatile String token = "sbp_stand-in";
    private volatile String status = "ACTIVE_HEALTHY";
    private volatile int delay = 2;
    private @Nullable Instant target;
    private int looks;
    private int restores;

    private static final class Refusal extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    private SupabaseServer(DatabaseHistory history, String database, InstantSource clock) throws IOException {
        this.history = history;
        this.database = database;
        this.clock = clock;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** @param history keeps the earlier states of the database */
    public static SupabaseServer start(DatabaseHistory history, String database, InstantSource clock) {
        try {
            return new SupabaseServer(history, database, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public String token() {
        return token;
    }

    public void rotateToken(String next) {
        token = next;
    }

    /** Between the newest state that can be restored and now. */
    public void lag(Duration time) {
        lag = time;
    }

    public void pointInTime(boolean on) {
        pointInTime = on;
    }

    /** Sets whether the project has a physical backup. */
    public void backedUp(boolean there) {
        backedUp = there;
    }

    public void status(String name) {
        status = name;
    }

    /** For how many looks the project is healthy after a restore was accepted. */
    public void delay(int count) {
        delay = count;
    }

    /** The next requests for a restore are carried out, but their answers are lost. */
    public void loseAnswers(int count) {
        lost.set(count);
    }

    /** The next requests for a restore are answered like those whose answer is lost, but are not carried out. */
    public void dropRequests(int count) {
        dropped.set(count);
    }

    /** The next requests are too many. */
    public void limit(int count) {
        limited.set(count);
    }

    /** The next restores fail. */
    public void fail(int count) {
        failing.set(count);
    }

    /** Restores that were accepted. */
    public synchronized int restores() {
        return restores;
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
        byte[] body = exchange.getRequestBody().readAllBytes();
        requests.add(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
        try (exchange) {
            try {
                JsonNode result = result(exchange, body);
                if (result == null) {
                    exchange.sendResponseHeaders(201, -1);
                    return;
                }
                send(exchange, 200, result);
            } catch (Refusal e) {
                send(exchange, e.status, json.createObjectNode().put("message", e.getMessage()));
            }
        }
    }

    private void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] text = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, text.length);
        exchange.getResponseBody().write(text);
    }

    /** Null: created, without a body. */
    private synchronized @Nullable JsonNode result(HttpExchange exchange, byte[] body) throws Refusal, IOException {
        if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            throw new Refusal(401, "Unauthorized");
        }
        if (next(limited)) {
            throw new Refusal(429, "ThrottlerException: Too Many Requests");
        }
        String path = exchange.getRequestURI().getPath();
        if (!path.startsWith(BASE)) {
            throw new Refusal(404, "Project not found");
        }
        return switch (exchange.getRequestMethod() + " " + path.substring(BASE.length())) {
            case "GET " -> project();
            case "GET /database/backups" -> backups();
            case "POST /database/backups/restore-pitr" -> restore(json.readTree(body));
            default -> throw new Refusal(404, "Cannot " + exchange.getRequestMethod() + " " + path);
        };
    }

    private static boolean next(AtomicInteger count) {
        return count.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    private JsonNode project() {
        advance();
        return json.createObjectNode()
                .put("ref", PROJECT)
                .put("name", "portal")
                .put("region", "eu-central-1")
                .put("status", status);
    }

    private void advance() {
        Instant back = target;
        if (back == null) {
            return;
        }
        if (looks < delay) {
            looks++;
            return;
        }
        if (looks < delay + COURSE.size()) {
            status = COURSE.get(looks - delay);
            looks++;
            if (status.equals("RESTORING")) {
                history.drop(database);
            }
            return;
        }
        target = null;
        if (next(failing)) {
            status = "RESTORE_FAILED";
            return;
        }
        history.open(database, back);
        status = "ACTIVE_HEALTHY";
    }

    private JsonNode backups() {
        ObjectNode result = json.createObjectNode()
                .put("region", "eu-central-1")
                .put("walg_enabled", true)
                .put("pitr_enabled", pointInTime);
        result.putArray("backups");
        ObjectNode kept = result.putObject("physical_backup_data");
        if (pointInTime && backedUp) {
            kept.put("earliest_physical_backup_date_unix", earliest().getEpochSecond())
                    .put("latest_physical_backup_date_unix", latest().getEpochSecond());
        }
        return result;
    }

    private Instant earliest() {
        return clock.instant().minus(RETENTION);
    }

    private Instant latest() {
        return clock.instant().minus(lag);
    }

    private @Nullable JsonNode restore(JsonNode body) throws Refusal {
        JsonNode wanted = body.path("recovery_time_target_unix");
        if (!wanted.isIntegralNumber()) {
            throw new Refusal(400, "recovery_time_target_unix must be an integer number");
        }
        if (!pointInTime) {
            throw new Refusal(400, "Point in time recovery is not enabled for this project");
        }
        Instant at = Instant.ofEpochSecond(wanted.longValue());
        if (at.getEpochSecond() < earliest().getEpochSecond() || at.isAfter(latest())) {
            throw new Refusal(400, "Recovery target is out of range");
        }
        if (target != null) {
            throw new Refusal(409, "A restore of this project is in progress");
        }
        if (next(dropped)) {
            throw new Refusal(504, "Gateway Timeout");
        }
        target = at;
        looks = 0;
        restores++;
        if (next(lost)) {
            throw new Refusal(504, "Gateway Timeout");
        }
        return null;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
