package io.holdfast.cli.rest;

import java.net.http.HttpResponse;
import java.time.Duration;

/** When a request that was answered with 429 may be sent again. Pure. */
final class RateLimit {
    static final int WAITS = 5;

    private static final int TOO_MANY_REQUESTS = 429;
    private static final long DEFAULT_SECONDS = 1;
    private static final long LONGEST_SECONDS = 30;

    private RateLimit() {}

    static boolean refuses(HttpResponse<?> response) {
        return response.statusCode() == TOO_MANY_REQUESTS;
    }

    /** By {@code Retry-After} in seconds; at least one second, at most {@value #LONGEST_SECONDS}. */
    static Duration pause(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        try {
            return Duration.ofSeconds(Math.clamp(Long.parseLong(seconds.strip()), DEFAULT_SECONDS, LONGEST_SECONDS));
        } catch (NumberFormatException e) { // a gateway may send a date
            return Duration.ofSeconds(DEFAULT_SECONDS);
        }
    }
}
