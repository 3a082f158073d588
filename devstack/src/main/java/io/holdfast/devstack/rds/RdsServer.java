package io.holdfast.devstack.rds;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.devstack.history.DatabaseHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One region of one account on a port of the loopback address: the instance {@link #INSTANCE} and the Aurora cluster {@link #CLUSTER}
 * are there. Lists have pages of two; the signature's key, region and service are checked, its digest is not. To be closed.
 */
public final class RdsServer implements AutoCloseable {
    public static final String REGION = "eu-central-1";
    public static final String INSTANCE = "portal-db";
    public static final String CLUSTER = "portal-cluster";
    static final String WRITER = "portal-cluster-writer";

    private static final String DEAD = "Dead";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final RdsAccount account;
    private final RdsAnswers answers;
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger throttled = new AtomicInteger();
    private final AtomicInteger untilDeath = new AtomicInteger(Integer.MAX_VALUE);
    private volatile boolean lastOneCarriedOut;
    private volatile String accessKey = "AKIDSTANDIN";

    private RdsServer(DatabaseHistory history, InstantSource clock) throws IOException {
        this.account = new RdsAccount(history, clock);
        this.answers = new RdsAnswers(account);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public static RdsServer start(DatabaseHistory history, InstantSource clock) {
        try {
            return new RdsServer(history, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public String accessKey() {
        return accessKey;
    }

    public void rotateKey(String next) {
        accessKey = next;
    }

    /** Zero: automated backups are off. */
    public void retention(Duration time) {
        account.retention = time;
    }

    /** The time by which the latest restorable time is behind the clock. */
    public void lag(Duration time) {
        account.lag = time;
    }

    /** The next instance or cluster ends in this status. */
    public void failNext(String status) {
        account.end = status;
    }

    /** The next requests that write are carried out, but their answers are lost. */
    public void loseAnswers(int count) {
        lost.set(count);
    }

    /** The next requests are one too many. */
    public void throttle(int count) {
        throttled.set(count);
    }

    /**
     * From a request on there is no answer, as if its sender had been killed.
     *
     * @param request 1: the next one
     * @param carriedOut whether that one still is; later ones are not
     */
    public void dieAt(int request, boolean carriedOut) {
        lastOneCarriedOut = carriedOut;
        untilDeath.set(request);
    }

    /** @return whether there was a request after the death */
    public boolean revive() {
        return untilDeath.getAndSet(Integer.MAX_VALUE) <= 0;
    }

    /** Names of what Amazon bills in addition to the source: copies that are not being deleted, backups and snapshots of others. */
    public List<String> billed() {
        synchronized (account) {
            return account.billed();
        }
    }

    /** The parameters with which an instance or cluster was made. */
    public Map<String, String> parameters(String id) {
        synchronized (account) {
            RdsResource found = account.instances.getOrDefault(id, account.clusters.get(id));
            return found == null ? Map.of() : Map.copyOf(found.parameters);
        }
    }

    /** Those of the source. */
    public static Map<String, String> sourceParameters() {
        return RdsAccount.SOURCE;
    }

    /** Creates an instance that is not a copy of Holdfast. */
    public void foreignInstance(String id, Map<String, String> tags) {
        synchronized (account) {
            account.instances.put(id, new RdsResource(id, Map.of(), tags, null, null, List.of("available")));
        }
    }

    /** Actions of all requests since the last call. */
    public List<String> requests() {
        synchronized (requests) {
            List<String> all = List.copyOf(requests);
            requests.clear();
            return all;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        try (exchange) {
            String text;
            int status = 200;
            try {
                text = result(exchange, body);
            } catch (RdsRefusal e) {
                status = e.status;
                text = new Xml()
                        .open("ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"")
                        .open("Error")
                        .put("Type", "Sender")
                        .put("Code", e.code)
                        .put("Message", e.getMessage())
                        .close("Error")
                        .put("RequestId", "0")
                        .close("ErrorResponse")
                        .toString();
            }
            boolean writes = !body.contains("Action=Describe");
            if (writes && status == 200 && lost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                exchange.sendResponseHeaders(504, -1);
                return;
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String result(HttpExchange exchange, String body) throws RdsRefusal {
        int left = untilDeath.get() == Integer.MAX_VALUE ? Integer.MAX_VALUE : untilDeath.decrementAndGet();
        if (left < 0 || (left == 0 && !lastOneCarriedOut)) {
            throw RdsRefusal.of(DEAD, "the sender was killed");
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            throw RdsRefusal.of("InvalidAction", "a form is expected");
        }
        authenticate(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        RdsRequest request = RdsRequest.of(body);
        requests.add(request.action());
        if (throttled.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            throw RdsRefusal.of("Throttling", "Rate exceeded");
        }
        String result;
        synchronized (account) {
            result = answers.answer(request);
        }
        if (left == 0) {
            throw RdsRefusal.of(DEAD, "the sender was killed");
        }
        return result;
    }

    private void authenticate(String authorization) throws RdsRefusal {
        if (!authorization.startsWith("AWS4-HMAC-SHA256 Credential=" + accessKey + "/")) {
            throw new RdsRefusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
        }
        if (!authorization.contains("/" + REGION + "/rds/aws4_request")) {
            throw new RdsRefusal(403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region.");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
