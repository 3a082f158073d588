package io.holdfast.notifier.heartbeat;

import io.holdfast.config.HeartbeatConfig;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.outbound.OutboundHttpClient;
import io.holdfast.eventing.outbound.OutboundRequest;
import io.holdfast.notifier.watch.ChannelOutcomes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Requests the URL of a monitor outside of the platform after a round, and the same with {@code /fail} while the service is
 * not well. A service that is gone sends nothing, which the monitor reports. Each replica sends its own; used by one thread.
 */
@ApplicationScoped
public class Heartbeat {
    private static final Logger LOG = Logger.getLogger(Heartbeat.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_CATCH_UP_MINUTES = 10;

    private final LiveConfig live;
    private final OutboundHttpClient http;
    private final ConsumerLag lag;
    private final DataSource database;
    private final InstantSource clock;
    private @Nullable Instant last;
    private @Nullable Instant behindSince;
    private @Nullable Instant firstAsked;

    Heartbeat(LiveConfig live, OutboundHttpClient http, ConsumerLag lag, DataSource database, InstantSource clock) {
        this.live = live;
        this.http = http;
        this.lag = lag;
        this.database = database;
        this.clock = clock;
    }

    /** A round is over. Blocks for some seconds if the monitor does not answer. */
    public void afterRound() {
        beat(true);
    }

    /** A round failed. */
    public void afterFailure() {
        beat(false);
    }

    /**
     * Whether the consumers have read up to where their topics ended at the first call: a service that was down must not
     * report backups as missing whose events it has not read yet. True after {@value #LONGEST_CATCH_UP_MINUTES} minutes in
     * any case.
     */
    public boolean isCaughtUp() {
        Instant now = clock.instant();
        if (firstAsked == null) {
            firstAsked = now;
            boolean unused = isBehind(); // notes where the topics end
            return false;
        }
        return !isBehind() || now.isAfter(firstAsked.plus(Duration.ofMinutes(LONGEST_CATCH_UP_MINUTES)));
    }

    private void beat(boolean rounds) {
        Optional<HeartbeatConfig> config = live.current().notifications().heartbeat();
        Instant now = clock.instant();
        if (config.isEmpty() || !HeartbeatPolicy.isDue(last, config.get().every(), now)) {
            return;
        }
        last = now;
        Optional<String> problem = HeartbeatPolicy.problem(health(rounds, now), now);
        problem.ifPresent(text -> LOG.warnf("heartbeat: %s", text));
        send(problem.isEmpty() ? config.get().url() : failing(config.get().url()));
    }

    private HeartbeatPolicy.Health health(boolean rounds, Instant now) {
        if (!rounds) {
            return new HeartbeatPolicy.Health(false, null, 0, 0);
        }
        behindSince = isBehind() ? (behindSince == null ? now : behindSince) : null;
        try (var connection = database.getConnection()) {
            ChannelOutcomes channels =
                    ChannelOutcomes.read(connection, live.current().channels().keySet());
            return new HeartbeatPolicy.Health(
                    true, behindSince, channels.used(), channels.troubles().size());
        } catch (SQLException e) {
            LOG.warnf("heartbeat: the deliveries cannot be read: %s", e.getMessage());
            return new HeartbeatPolicy.Health(false, null, 0, 0);
        }
    }

    private boolean isBehind() {
        try {
            return lag.isBehind();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("heartbeat: Kafka does not answer: %s", e.getMessage());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static URI failing(URI url) {
        String text = url.toString();
        int query = text.indexOf('?');
        String path = query < 0 ? text : text.substring(0, query);
        return URI.create((path.endsWith("/") ? path : path + "/") + "fail" + (query < 0 ? "" : text.substring(query)));
    }

    /** The URL is a secret of the monitor: no message has it. */
    private void send(URI url) {
        try {
            var answer =
                    http.send(new OutboundRequest(url, Map.of("User-Agent", "holdfast-notifier"), null), PATIENCE, 0);
            answer.start().cancel(true);
            if (answer.status() >= 300) {
                LOG.warnf("heartbeat: the monitor answered %d", answer.status());
            }
        } catch (HoldfastException e) {
            LOG.warnf("heartbeat: the monitor cannot be requested: %s", e.getMessage());
        } catch (IOException e) {
            LOG.warnf(
                    "heartbeat: the monitor does not answer (%s)", e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
