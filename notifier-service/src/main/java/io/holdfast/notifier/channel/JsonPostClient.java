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

    /** @param remedy what to do if the other side refuses for good */
    SendResult send(URI url, Map<String, String> headers, String json, String remedy) throws InterruptedException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Content-Type", "application/json; charset=utf-8");
        all.put("User-Agent", "holdfast-notifier");
        try {
            OutboundAnswer answer = http.send(new OutboundRequest(url, all, json), patience, START_OF_BODY);
            boolean explained = answer.status() >= 400;
            String start = explained ? start(answer) : "";
            answer.start().cancel(true);
            return judge(answer, errorCode(start), remedy);
        } catch (HoldfastException e) {
            return new SendResult.Refused(e.reason().message());
        } catch (IOException e) {
            return new SendResult.Later(wentWrong(e), null);
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

    private SendResult judge(OutboundAnswer response, String code, String remedy) {
        int status = response.status();
        String answer = "it answered " + status + (code.isEmpty() ? "" : " (" + code + ")");
        if (status >= 200 && status < 300) {
            return new SendResult.Delivered(null);
        }
        if (status == 429 || status == 408 || status == 425 || status >= 500) {
            return new SendResult.Later(answer, retryAfter(response));
        }
        return new SendResult.Refused(answer + "; " + remedy);
    }

    /** Slack's answers are words such as {@code no_service}. Anything else may repeat what was sent, so it is not read. */
    private static String errorCode(String start) {
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
