package io.holdfast.engine.d1.client;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Reads through the API of one database. Every request takes one of its token's budget and waits for it. What only passes is tried
 * again, which is safe because requests only read. The token is fetched for each request. Thread-safe.
 *
 * <p>All methods fail with a {@link HoldfastException}: SOURCE_AUTHENTICATION_FAILED, SOURCE_PERMISSION_DENIED,
 * SOURCE_UNREACHABLE, SOURCE_LOCK_TIMEOUT (an export holds the database), SOURCE_VALUE_TOO_LARGE (a smaller part may be asked
 * for), SOURCE_CHANGED, SOURCE_UNSUPPORTED, CANCELLED (the thread was interrupted).
 */
public final class D1Client {
    /** Pages are asked for in less than 10 MB; of more than this nothing is read. */
    static final int LARGEST_ANSWER = 16 << 20;

    private static final int TRIES = 6;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    private static final Duration DEFAULT_BLOCK = Duration.ofMinutes(5);

    private final D1Address address;
    private final PasswordSupplier token;
    private final Patience patience;
    private final InstantSource clock;
    private final Pause pause;
    private final D1Http http = new D1Http();

    /**
     * How long a request may wait.
     *
     * @param budget for the token's budget, and for the end of a block by the provider
     * @param lock for the end of an export
     */
    public record Patience(Duration budget, Duration lock) {}

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    public D1Client(D1Address address, PasswordSupplier token, Patience patience) {
        this(address, token, patience, InstantSource.system(), time -> Thread.sleep(time));
    }

    /** With another clock. */
    public D1Client(D1Address address, PasswordSupplier token, Patience patience, InstantSource clock, Pause pause) {
        this.address = address;
        this.token = token;
        this.patience = patience;
        this.clock = clock;
        this.pause = pause;
    }

    /** Lets a moment pass before another try of a caller's own. */
    public void pauseBefore(int tried) {
        pause(backOff(tried));
    }

    /** For messages. */
    public String shown() {
        return address.shown();
    }

    /** What D1 says of the database; {@code version} is {@code production} where there is Time Travel. */
    public D1Answer describe() {
        return ask(HttpRequest.newBuilder(address.operation("")).GET());
    }

    /** Names the database's present state. Bookmarks of one database are in the order of their text. */
    public String bookmark() {
        String bookmark = ask(HttpRequest.newBuilder(address.operation("/time_travel/bookmark"))
                        .GET())
                .value("bookmark");
        if (bookmark.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    shown()
                            + ": D1 gives no bookmark of it, and so no consistent backup of more than 10 MB; is it an"
                            + " alpha database? Copy it into a new one");
        }
        return bookmark;
    }

    /** Names the last state at this instant or before. Fails with SOURCE_UNSUPPORTED if D1 does not know it. */
    public String bookmarkAt(Instant instant) {
        String time = URLEncoder.encode(instant.toString(), StandardCharsets.UTF_8);
        return ask(HttpRequest.newBuilder(address.operation("/time_travel/bookmark?timestamp=" + time))
                        .GET())
                .value("bookmark");
    }

    /**
     * Brings the state of a bookmark back by Time Travel. Repeated after a lost answer, which changes nothing more. D1 allows ten
     * restores of a database in ten minutes: waits for the next one, at most {@link TimeTravelLimit#LONGEST_WAIT}, and then fails
     * with SOURCE_LOCK_TIMEOUT.
     *
     * @param held fails if the caller has lost the right to write; asked before each try
     * @return bookmark of the state before; empty if D1 names none
     */
    public String restore(String bookmark, Runnable held) {
        String query = "?bookmark=" + URLEncoder.encode(bookmark, StandardCharsets.UTF_8);
        TimeTravelLimit limit = TimeTravelLimit.of(address);
        Instant deadline = clock.instant().plus(TimeTravelLimit.LONGEST_WAIT);
        for (int tried = 1; ; ) {
            Instant now = clock.instant();
            Instant next = limit.next(now);
            if (next.isAfter(deadline)) {
                throw limited(TimeTravelLimit.message(shown(), next));
            }
            if (next.isAfter(now)) {
                pause(Duration.between(now, next));
                continue;
            }
            held.run();
            limit.count(now);
            try {
                return ask(
                                HttpRequest.newBuilder(address.operation("/time_travel/restore" + query))
                                        .POST(HttpRequest.BodyPublishers.noBody()),
                                false)
                        .value("previous_bookmark");
            } catch (HoldfastException e) {
                if (e.code() == FailureCode.REQUEST_RATE_LIMITED) {
                    limit.refused(clock.instant());
                } else if (e.code() == FailureCode.SOURCE_UNREACHABLE && tried < TRIES) {
                    pauseBefore(tried++);
                } else {
                    limit.notTaken(e.code());
                    throw e;
                }
            }
        }
    }

    /** Returns from when on D1 takes a Time Travel restore, as far as this process knows; empty: at once. */
    public Optional<Instant> nextRestore() {
        Instant now = clock.instant();
        return Optional.of(TimeTravelLimit.of(address).next(now)).filter(next -> next.isAfter(now));
    }

    private static HoldfastException limited(String message) {
        return HoldfastException.of(FailureCode.SOURCE_LOCK_TIMEOUT, message);
    }

    /** Runs statements that read, in one transaction. */
    public D1Answer read(D1Batch batch) {
        D1Answer answer = ask(HttpRequest.newBuilder(address.operation("/raw"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(batch.json())));
        if (answer.statements() != batch.size()) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNREACHABLE,
                    shown() + ": D1 answered " + answer.statements() + " of " + batch.size() + " statements");
        }
        return answer;
    }

    /**
     * Runs statements that write, in one transaction. A failure after which it is not known whether they were run is not followed
     * by another try: it is SOURCE_UNREACHABLE.
     */
    public void write(D1Batch batch) {
        ask(
                HttpRequest.newBuilder(address.operation("/raw"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(batch.json())),
                false);
    }

    D1Answer ask(HttpRequest.Builder request) {
        return ask(request, true);
    }

    /**
     * One request with all its tries.
     *
     * @param repeatable whether it may be sent again if its outcome is not known
     */
    D1Answer ask(HttpRequest.Builder request, boolean repeatable) {
        Instant lockedUntil = clock.instant().plus(patience.lock());
        Instant blockedUntil = clock.instant().plus(patience.budget());
        String refused = "";
        for (int tried = 1; ; tried++) {
            String used = token();
            D1Http.Reply reply = reply(request, used);
            D1Answer answer = reply.answer();
            if (answer != null && answer.succeeded()) {
                return answer;
            }
            D1Failure kind = reply.failure();
            HoldfastException failure = kind.exception(address, reply.status(), reply.said(used));
            switch (kind) {
                case RATE -> {
                    if (tried > 1 && clock.instant().isAfter(blockedUntil)) {
                        throw failure; // an endpoint that refuses every request
                    }
                    blocked(used, reply, failure);
                }
                case TOKEN -> {
                    if (used.equals(token()) || used.equals(refused)) {
                        throw failure;
                    }
                    refused = used; // rotated meanwhile
                }
                case EXPORT -> {
                    if (clock.instant().isAfter(lockedUntil)) {
                        throw failure;
                    }
                    pause(backOff(tried));
                }
                case TRANSIENT -> {
                    if (tried >= TRIES || !repeatable) {
                        throw failure;
                    }
                    pause(backOff(tried));
                }
                case RIGHT, UNKNOWN, TAKEN, RESTORES, TOO_LARGE, SCHEMA, REFUSED -> throw failure;
            }
        }
    }

    private D1Http.Reply reply(HttpRequest.Builder request, String used) {
        RequestBudget budget = RequestBudgets.of(used, address, clock);
        Instant until = clock.instant().plus(patience.budget());
        for (Duration wait = budget.take(); !wait.isZero(); wait = budget.take()) {
            Instant free = clock.instant().plus(wait);
            if (free.isAfter(until)) {
                throw limited(free, "");
            }
            pause(wait);
        }
        try {
            D1Http.Reply reply = http.send(request.setHeader("Authorization", "Bearer " + used));
            reply.header("Ratelimit").ifPresent(budget::observe);
            return reply;
        } catch (InterruptedException e) {
            throw cancelled(e);
        } catch (IllegalArgumentException e) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    shown()
                            + ": its API token has a character that no token has, such as the end of a line; correct"
                            + " the source's password");
        }
    }

    /** Later requests wait. */
    private void blocked(String used, D1Http.Reply reply, HoldfastException failure) {
        Duration wait = reply.header("Retry-After")
                .filter(seconds -> seconds.matches("\\d{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(DEFAULT_BLOCK);
        Instant until = RequestBudgets.of(used, address, clock).block(wait);
        if (wait.compareTo(patience.budget()) > 0) {
            throw limited(until, " [" + failure.reason().message() + "]");
        }
    }

    private HoldfastException limited(Instant until, String why) {
        return HoldfastException.of(
                FailureCode.SOURCE_UNREACHABLE,
                shown() + ": the requests of its API token are used up until " + until.truncatedTo(ChronoUnit.SECONDS)
                        + "; Cloudflare counts all uses of a token together, so give this source a token of its own"
                        + why);
    }

    private static Duration backOff(int tried) {
        Duration pause = Duration.ofMillis(250L << Math.min(tried - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private void pause(Duration time) {
        try {
            pause.pause(time);
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
    }

    private HoldfastException cancelled(InterruptedException e) {
        Thread.currentThread().interrupt();
        return HoldfastException.of(FailureCode.CANCELLED, "reading of " + shown() + " was cancelled", e);
    }

    private String token() {
        String revealed = token.reveal();
        if (revealed == null || revealed.isBlank()) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_AUTHENTICATION_FAILED,
                    shown() + ": there is no API token; set the source's password");
        }
        return revealed.strip();
    }
}
