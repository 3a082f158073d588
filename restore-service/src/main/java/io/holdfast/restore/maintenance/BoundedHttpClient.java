package io.holdfast.restore.maintenance;

import io.holdfast.eventing.http.PrefixBodySubscriber;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * One request to somebody's application. Redirections are not followed: a page to log in at is no answer. Its whole answer
 * has to come within the time-out, and only its beginning is kept.
 */
final class BoundedHttpClient {
    private static final int MOST = 64 * 1024;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** @param start of the body, {@value #MOST} bytes at most */
    record Answer(int status, String start) {}

    Answer send(HttpRequest.Builder request, Duration timeout) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<String>> sent =
                http.sendAsync(request.header("User-Agent", "holdfast").build(), head -> PrefixBodySubscriber.of(MOST));
        try {
            HttpResponse<String> response = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("timed out");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException broken ? broken : new IOException(e.getCause());
        } finally {
            sent.cancel(true);
        }
    }

    /** The exceptions' own messages may hold the URL. */
    static String wentWrong(IOException e, Duration timeout) {
        return switch (e) {
            case HttpTimeoutException t -> "no answer within " + timeout.toMillis() + " ms";
            case ConnectException c
            when c.getCause() instanceof UnresolvedAddressException -> "its host name cannot be resolved";
            case ConnectException c -> "it cannot be connected to";
            case SSLException s -> "TLS with it failed; is its certificate valid?";
            default ->
                e.getCause() instanceof UnresolvedAddressException
                        ? "its host name cannot be resolved"
                        : "the connection broke (" + e.getClass().getSimpleName() + ")";
        };
    }
}
