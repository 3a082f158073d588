package io.holdfast.devstack.d1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The API of one account on a port of the loopback address. To be closed. */
public final class D1Server implements AutoCloseable {
    public static final String ACCOUNT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

    /** What a token may do. */
    public enum Right {
        READ,
        WRITE,
        /** another account's, or of another product */
        NONE
    }

    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final D1Routes routes;
    private final Map<String, Right> tokens = new ConcurrentHashMap<>();
    private final Map<String, D1RequestLimit> limits = new ConcurrentHashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final Queue<D1Fault> faults = new ArrayDeque<>();
    private final AtomicInteger lost = new AtomicInteger();
    private volatile InstantSource clock = InstantSource.system();
    private volatile int requestLimit = D1RequestLimit.DEFAULT;
    private volatile Duration block = D1RequestLimit.WINDOW;
    private volatile Consumer<String> before = request -> {};
    private volatile long longestAnswer;

    private D1Server(Path directory) throws IOException {
        this.routes = new D1Routes(directory);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** @param directory of the databases' files; it is the caller's */
    public static D1Server start(Path directory) {
        try {
            return new D1Server(Files.createDirectories(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/client/v4");
    }

    /** A new token of this right. */
    public String token(Right right) {
        String token = "t-" + UUID.randomUUID();
        tokens.put(token, right);
        return token;
    }

    public void revoke(String token) {
        tokens.remove(token);
    }

    /** @return the database's id */
    public String create(String name) {
        return routes.create(name).id();
    }

    /**
     * Takes up the database of this id that an earlier server left in the directory, without its history, or makes it.
     *
     * @return whether it was there
     */
    public boolean open(String id, String name) {
        return routes.open(id, name);
    }

    /** The ids of the databases of this name. */
    public List<String> databases(String name) {
        return routes.ids(name);
    }

    public void delete(String database) {
        routes.remove(database);
    }

    /** Runs statements without D1's limits, in one transaction, as the application would. */
    public void sql(String database, String... statements) {
        routes.database(database).sql(statements);
    }

    /** The file behind a database, to be looked at. */
    public Path file(String database) {
        return routes.database(database).file();
    }

    /** Whether bookmarks move without a write: whether D1's do is not certain. */
    public void bookmarksMove(String database, boolean move) {
        routes.database(database).bookmarksMove(move);
    }

    /** Whether the database can go back to bookmarks that are asked for from now on. */
    public void keepHistory(String database, boolean keep) {
        routes.database(database).keepHistory(keep);
    }

    /** Counts this many Time Travel restores by other programs as done now: D1 allows ten in ten minutes. */
    public void restoresByOthers(String database, int count) {
        routes.database(database).restored(count, clock.instant());
    }

    /** The next requests get these answers, one each. */
    public void fail(D1Fault... next) {
        synchronized (faults) {
            faults.addAll(List.of(next));
        }
    }

    /** The next requests are carried out, but their answers are lost. */
    public void loseAnswers(int count) {
        lost.set(count);
    }

    /** Called with method and path before each request is answered. */
    public void before(Consumer<String> hook) {
        before = hook;
    }

    /** Most requests of a token in five minutes, and how long one too many blocks it. */
    public void limitRequests(int most, Duration blocks) {
        requestLimit = most;
        block = blocks;
    }

    public void clock(InstantSource source) {
        clock = source;
        routes.clock(source);
    }

    public void limitAnswers(int bytes) {
        routes.limitAnswers(bytes);
    }

    /** Method and path of all requests since the last call. */
    public List<String> requests() {
        synchronized (requests) {
            List<String> all = List.copyOf(requests);
            requests.clear();
            return all;
        }
    }

    /** Bytes of the largest answer so far. */
    public long longestAnswer() {
        return longestAnswer;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            requests.add(request);
            before.accept(request);
            D1Fault fault;
            synchronized (faults) {
                fault = faults.poll();
            }
            if (fault == D1Fault.HUGE) {
                huge(exchange, fault);
                return;
            }
            if (fault != null) {
                send(exchange, fault.status(), fault.type(), fault.body().getBytes(StandardCharsets.UTF_8));
                return;
            }
            try {
                byte[] result = routes.answer(exchange, admitted(exchange), json(body));
                if (lost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    D1Fault page = D1Fault.HTML_BAD_GATEWAY;
                    send(exchange, page.status(), page.type(), page.body().getBytes(StandardCharsets.UTF_8));
                    return;
                }
                send(exchange, 200, "application/json", envelope(result));
            } catch (D1Refusal e) {
                send(exchange, e.status(), "application/json", refusal(e));
            }
        }
    }

    private static void huge(HttpExchange exchange, D1Fault fault) throws IOException {
        byte[] megabyte = fault.body().repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", fault.type());
        exchange.sendResponseHeaders(fault.status(), 0);
        for (int i = 0; i < 51; i++) {
            exchange.getResponseBody().write(megabyte);
        }
    }

    private Right admitted(HttpExchange exchange) throws D1Refusal {
        String header = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
        String token = header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : "";
        Right right = tokens.get(token);
        if (right == null) {
            throw new D1Refusal(401, 10000, "Authentication error");
        }
        D1RequestLimit limit = limits.computeIfAbsent(token, key -> new D1RequestLimit(clock));
        Duration wait = limit.take(requestLimit, block);
        exchange.getResponseHeaders().set("Ratelimit", limit.header(requestLimit));
        if (!wait.isZero()) {
            exchange.getResponseHeaders().set("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
            throw new D1Refusal(429, 971, "Please wait and consider throttling your request speed");
        }
        if (right == Right.NONE) {
            throw new D1Refusal(403, 10000, "Authentication error");
        }
        return right;
    }

    private JsonNode json(byte[] body) throws D1Refusal, IOException {
        try {
            return body.length == 0 ? json.createObjectNode() : json.readTree(body);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new D1Refusal(400, D1Refusal.FAILED, "The request body is no JSON");
        }
    }

    private static byte[] envelope(byte[] result) {
        byte[] start = "{\"result\":".getBytes(StandardCharsets.UTF_8);
        byte[] end = ",\"success\":true,\"errors\":[],\"messages\":[]}".getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[start.length + result.length + end.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(result, 0, all, start.length, result.length);
        System.arraycopy(end, 0, all, start.length + result.length, end.length);
        return all;
    }

    private byte[] refusal(D1Refusal e) throws IOException {
        return json.writeValueAsBytes(Map.of(
                "success",
                false,
                "errors",
                List.of(Map.of("code", e.code(), "message", String.valueOf(e.getMessage()))),
                "messages",
                List.of(),
                "result",
                List.of()));
    }

    private void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        longestAnswer = Math.max(longestAnswer, body.length);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
