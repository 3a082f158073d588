package io.holdfast.engine.d1.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends one request and sorts what comes back. Follows no redirect: the token goes to one host only. */
final class D1Http {
    /** A batch may take 30 s, and its answer has to come too. */
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private static final int SAID = 400;

    /** Its threads are daemons; connections are kept between requests. */
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /**
     * What came back.
     *
     * @param status 0: nothing
     * @param answer null if it is no envelope of the API
     * @param problem what was wrong with it, if nothing came or no envelope
     */
    record Reply(int status, HttpHeaders headers, @Nullable D1Answer answer, D1Failure failure, String problem) {
        Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        /** What D1 says, or is wrong with its answer; without the token, should it repeat it. */
        String said(String token) {
            String text = (answer == null ? problem : answer.error() + ", code " + answer.code()).replace(token, "***");
            return text.length() > SAID ? text.substring(0, SAID) + "…" : text;
        }
    }

    Reply send(HttpRequest.Builder request) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> sent =
                CLIENT.sendAsync(request.timeout(LONGEST).build(), info -> new LimitedBody(D1Client.LARGEST_ANSWER));
        try {
            return sorted(sent.get(LONGEST.toSeconds(), TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return nothing(D1Failure.TRANSIENT, "no answer within " + LONGEST.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            boolean large = cause instanceof LimitedBody.TooLargeException
                    || cause.getCause() instanceof LimitedBody.TooLargeException;
            return nothing(
                    large ? D1Failure.TOO_LARGE : D1Failure.TRANSIENT,
                    large ? "the answer is too large" : "no connection: " + cause);
        } finally {
            sent.cancel(true);
        }
    }

    private static Reply nothing(D1Failure failure, String problem) {
        return new Reply(0, HttpHeaders.of(Map.of(), (name, value) -> true), null, failure, problem);
    }

    private static Reply sorted(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        try {
            D1Answer answer = D1Answer.parse(response.body());
            D1Failure failure = D1Failure.of(status, answer.code(), answer.error());
            return new Reply(status, response.headers(), answer, failure, "");
        } catch (IOException e) {
            boolean page = new String(response.body(), 0, Math.min(response.body().length, 200), StandardCharsets.UTF_8)
                    .stripLeading()
                    .startsWith("<");
            D1Failure failure = status == 200 || status >= 500 ? D1Failure.TRANSIENT : D1Failure.of(status, 0, "");
            String problem = page
                    ? "the answer is a web page and not D1's; does a proxy stand before the endpoint?"
                    : "the answer is no complete JSON";
            return new Reply(status, response.headers(), null, failure, problem);
        }
    }
}
