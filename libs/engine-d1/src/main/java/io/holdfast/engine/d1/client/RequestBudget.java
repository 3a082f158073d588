package io.holdfast.engine.d1.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The requests that one API token still has. Cloudflare counts 1200 in five minutes for a token over all databases, and the
 * dashboard with it; one more blocks every request of the token for five minutes. So Holdfast keeps to at most 1000. Shared by all
 * threads of the process that use the token.
 */
public final class RequestBudget {
    /** So many at once. */
    private static final int BURST = 250;

    /** 750 in five minutes come back. */
    private static final double PER_SECOND = 2.5;

    /** What is left of the provider's own count for others, such as the dashboard. */
    private static final int RESERVE = 50;

    private static final Pattern LEFT = Pattern.compile("\\br=(?<left>\\d{1,9})\\b.*?\\bt=(?<seconds>\\d{1,9})\\b");

    private final InstantSource clock;
    private double tokens = BURST;
    private Instant filled;
    private Instant blockedUntil = Instant.MIN;

    RequestBudget(InstantSource clock) {
        this.clock = clock;
        this.filled = clock.instant();
    }

    /** Takes one request. @return zero, or how long to wait before the next try, when nothing was taken */
    synchronized Duration take() {
        Instant now = clock.instant();
        if (now.isBefore(blockedUntil)) {
            return Duration.between(now, blockedUntil);
        }
        fill(now);
        if (tokens < 1) {
            return Duration.ofMillis((long) Math.ceil((1 - tokens) / PER_SECOND * 1000));
        }
        tokens--;
        return Duration.ZERO;
    }

    private void fill(Instant now) {
        double seconds = Math.max(0, Duration.between(filled, now).toNanos() / 1e9);
        tokens = Math.min(BURST, tokens + seconds * PER_SECOND);
        filled = now;
    }

    /** The provider refused a request. @return until when none is made */
    synchronized Instant block(Duration retryAfter) {
        Instant until = clock.instant().plus(retryAfter);
        blockedUntil = until.isAfter(blockedUntil) ? until : blockedUntil;
        return blockedUntil;
    }

    /** What the provider's header Ratelimit says; others use the token too. */
    synchronized void observe(String header) {
        Matcher matcher = LEFT.matcher(header);
        if (matcher.find() && Integer.parseInt(matcher.group("left")) < RESERVE) {
            long seconds = Math.min(300, Long.parseLong(matcher.group("seconds")));
            fill(clock.instant());
            // slow rather than blocked: what is left is spread over the time until all of it is back
            tokens = Math.min(tokens, seconds == 0 ? tokens : 1);
        }
    }

    /** Requests that could be made at once. */
    public synchronized int remaining() {
        Instant now = clock.instant();
        if (now.isBefore(blockedUntil)) {
            return 0;
        }
        fill(now);
        return (int) tokens;
    }
}
