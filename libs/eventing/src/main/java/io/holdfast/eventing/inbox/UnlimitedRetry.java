package io.holdfast.eventing.inbox;

import io.holdfast.eventing.runtime.EventingConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Tries again, for ever if need be, with growing pauses; and knows who is stuck, for the readiness probe. */
@ApplicationScoped
public class UnlimitedRetry {
    private static final Logger LOG = Logger.getLogger(UnlimitedRetry.class);

    private final EventingConfig config;
    private final Clock clock;
    private final Map<String, Stuck> stuck = new ConcurrentHashMap<>();

    UnlimitedRetry(EventingConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Someone who cannot get on, and why. */
    public record Stuck(Instant since, String reason) {}

    public Map<String, Stuck> stuck() {
        return Map.copyOf(stuck);
    }

    /** Never fails. For consumers that do not go through {@link ConsumerFactory}. */
    public <T> Uni<T> forEver(String who, Supplier<Uni<T>> work) {
        return until(who, work, failure -> false);
    }

    /** Tries until it succeeds or {@code enough} says so of a failure, with which it fails then. */
    <T> Uni<T> until(String who, Supplier<Uni<T>> work, Predicate<Throwable> enough) {
        return Uni.createFrom().deferred(() -> {
            Context caller = Vertx.currentContext();
            Pause pause = new Pause();
            Uni<T> tries = Uni.createFrom()
                    .deferred(() -> work.get())
                    .onFailure(failure -> !enough.test(failure))
                    .retry()
                    .when(failures ->
                            failures.onItem().transformToUniAndConcatenate(failure -> pause.after(who, failure)))
                    .onTermination()
                    .invoke(() -> recovered(who));
            return caller == null ? tries : tries.emitOn(task -> caller.runOnContext(ignored -> task.run()));
        });
    }

    private void recovered(String who) {
        Stuck was = stuck.remove(who);
        if (was != null) {
            LOG.infof("%s goes on; it was stuck since %s", who, was.since());
        }
    }

    /** A defect fails the same way each time, while the database itself is well; all else is worth waiting for. */
    static boolean isDefect(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof NullPointerException
                    || t instanceof IllegalArgumentException
                    || t instanceof ClassCastException
                    || t instanceof ArithmeticException
                    || t instanceof IndexOutOfBoundsException
                    || t instanceof UnsupportedOperationException
                    || isOfData(sqlState(t))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfData(String sqlState) {
        // data exception, constraint, syntax or access rule, feature, program limit (a text too long for its index,
        // say):
        // the statement is wrong, not the server
        return sqlState.startsWith("22")
                || sqlState.startsWith("23")
                || sqlState.startsWith("42")
                || sqlState.startsWith("54")
                || sqlState.startsWith("0A");
    }

    static String sqlState(Throwable failure) {
        String state = switch (failure) {
            case io.vertx.pgclient.PgException e -> e.getSqlState();
            case SQLException e -> e.getSQLState();
            default -> null;
        };
        return state == null ? "" : state;
    }

    private final class Pause {
        private long millis = config.retryMin().toMillis();

        private Uni<Boolean> after(String who, Throwable failure) {
            Stuck now = new Stuck(clock.instant(), String.valueOf(failure.getMessage()));
            if (stuck.putIfAbsent(who, now) == null) {
                LOG.warnf(failure, "%s cannot get on and tries again: %s", who, failure.getMessage());
            }
            Duration wait = Duration.ofMillis(millis);
            millis = Math.min(millis * 2, config.retryMax().toMillis());
            return Uni.createFrom().item(true).onItem().delayIt().by(wait);
        }
    }
}
