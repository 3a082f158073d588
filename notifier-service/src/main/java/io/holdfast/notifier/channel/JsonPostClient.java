package io.holdfast.notifier.channel;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.outbound.OutboundAnswer;
import io.holdfast.eventing.outbound.OutboundHttpClient;
import io.holdfast.eventing.outbound.OutboundRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Posts JSON and judges the answer. Its URLs are secrets: they are in no message, and redirections are not followed. */
final class JsonPostClient {
    /** What a refusal begins with tells its kind. */
    private static final int START_OF_BODY = 64;

    static final Duration TIME_OUT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z][a-z_]{2,40}");

    private final OutboundHttpClient http;
    private final Clock clock;
    private final Duration patience;

    JsonPostClient(OutboundHttpClient http, Clock clock) {
        this(http, clock, TIME_OUT);
    }

    /** @param patience for the answer's status, and once more for its body */
    JsonPostClient(OutboundHttpClient http, Clock clock, Duration patience) {
        this.http = http;
        this.clock = clock;
        this.patience = patience;
    }

    /** An answer, or why there is none. */
    sealed interface Exchange {
        /** @param body its start; empty if it did not come in time */
        record Answered(int status, @Nullable Duration retryAfter, String body) implements Exchange {
            boolean ok() {
                return status >= 200 && status < 300;
            }

            /** Whether the receiver asks for another attempt. */
            boolean later() {
                return status == 429 || status == 408 || status == 425 || status >= 500;
            }
        }

        record Unanswered(SendResult result) implements Exchange {}
    }

    /**
     * Posts and judges by the status alone.
     *
     * @param remedy what to do if the other side refuses for good
     */
    SendResult send(URI url, Map<String, String> headers, String json, String remedy) throws InterruptedException {
        return switch (exchange(url, headers, json, START_OF_BODY, false)) {
            case Exchange.Unanswered unanswered -> unanswered.result();
            case Exchange.Answered answer -> judge(answer, remedy);
        };
    }

    /**
     * Posts and reads the answer, also if it is good.
     *
     * @param bytes of the body that are read
     */
    Exchange exchange(URI url, Map<String, String> headers, String json, int bytes) throws InterruptedException {
        return exchange(url, headers, json, bytes, true);
    }

    private Exchange exchange(URI url, Map<String, String> headers, String json, int bytes, boolean whole)
            throws InterruptedException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("Content-Type", "application/json; charset=utf-8");
        all.put("User-Agent", "holdfast-notifier");
        all.putAll(headers);
        try {
            OutboundAnswer answer = http.send(new OutboundRequest(url, all, json), patience, bytes);
            String start = whole || answer.status() >= 400 ? start(answer) : "";
            answer.start().cancel(true);
            return new Exchange.Answered(answer.status(), retryAfter(answer), start);
        } catch (HoldfastException e) {
            return new Exchange.Unanswered(new SendResult.Refused(e.reason().message()));
        } catch (IOException e) {
            return new Exchange.Unanswered(new SendResult.Later(wentWrong(e), null));
        }
    }

    /** Empty if the body does not come in time. */
    private String start(OutboundAnswer answer) throws InterruptedException {
        try {
            return answer.start().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "";
        }
    }

    static SendResult judge(Exchange.Answered answer, String remedy) {
        String code = errorCode(answer.body());
        String words = "it answered " + answer.status() + (code.isEmpty() ? "" : " (" + code + ")");
        if (answer.ok()) {
            return new SendResult.Delivered(null);
        }
        return answer.later()
                ? new SendResult.Later(words, answer.retryAfter())
                : new SendResult.Refused(words + "; " + remedy);
    }

    /** Slack's answers are words such as {@code no_service}. Anything else may repeat what was sent, so it is not read. */
    static String errorCode(String start) {
        String word = start.strip();
        return ERROR_CODE.matcher(word).matches() ? word : "";
    }

    /** The exceptions' own messages may hold the URL. */
    private String wentWrong(IOException e) {
        return switch (e) {
            case HttpTimeoutException t -> "no answer within " + patience.toSeconds() + " s";
            case UnknownHostException u -> "its host name cannot be resolved";
            case ConnectException c -> "it cannot be connected to; is it up, and may the notifier reach it?";
            case SSLException s -> "TLS with it failed; is its certificate valid?";
            default -> "the connection broke (" + e.getClass().getSimpleName() + ")";
        };
    }

    /** Seconds, or a date; never longer than an hour, because people wait to be told. */
    private @Nullable Duration retryAfter(OutboundAnswer response) {
        String value = response.retryAfter().orElse("").strip();
        Duration wait;
        try {
            wait = value.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(
                            clock.instant(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            return null;
        }
        return wait.isNegative() ? null : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
}
