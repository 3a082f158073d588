package io.holdfast.restore.maintenance;

import io.holdfast.eventing.outbound.OutboundAnswer;
import io.holdfast.eventing.outbound.OutboundHttpClient;
import io.holdfast.eventing.outbound.OutboundRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request to somebody's application. Redirections are not followed: a page to log in at is no answer. Its whole answer
 * has to come within the time-out, and only its beginning is kept.
 */
final class BoundedHttpClient {
    private static final int MOST = 64 * 1024;

    private final OutboundHttpClient http;

    BoundedHttpClient(OutboundHttpClient http) {
        this.http = http;
    }

    /** @param start of the body, {@value #MOST} bytes at most */
    record Answer(int status, String start) {}

    /**
     * Sends a GET, or a POST if there is a body.
     *
     * @throws io.holdfast.contracts.HoldfastException REQUEST_FORBIDDEN if the destination is refused
     */
    Answer send(URI url, Map<String, String> headers, @Nullable String body, Duration timeout)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(headers);
        all.put("User-Agent", "holdfast");
        long deadline = System.nanoTime() + timeout.toNanos();
        OutboundAnswer answer = http.send(new OutboundRequest(url, all, body), timeout, MOST);
        try {
            String start = answer.start().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return new Answer(answer.status(), start);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("timed out");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException broken ? broken : new IOException(e.getCause());
        } finally {
            answer.start().cancel(true);
        }
    }

    /** The exceptions' own messages may hold the URL. */
    static String wentWrong(IOException e, Duration timeout) {
        return switch (e) {
            case HttpTimeoutException t -> "no answer within " + timeout.toMillis() + " ms";
            case UnknownHostException u -> "its host name cannot be resolved";
            case ConnectException c -> "it cannot be connected to";
            case SSLException s -> "TLS with it failed; is its certificate valid?";
            default -> "the connection broke (" + e.getClass().getSimpleName() + ")";
        };
    }
}
