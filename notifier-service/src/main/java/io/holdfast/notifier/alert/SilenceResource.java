package io.holdfast.notifier.alert;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.runtime.JdbcTransaction;
import io.holdfast.notifier.rule.AlertRule;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Silences over REST. */
@Path("/api/silences")
@Tag(name = "Alerts")
class SilenceResource {
    private static final Duration LONGEST = Duration.ofDays(90);
    private static final int LONGEST_REASON = 1_000;

    private final DataSource database;
    private final LiveConfig live;
    private final Caller caller;
    private final InstantSource clock;

    SilenceResource(DataSource database, LiveConfig live, Caller caller, InstantSource clock) {
        this.database = database;
        this.live = live;
        this.caller = caller;
        this.clock = clock;
    }

    /**
     * A silence that is asked for.
     *
     * @param source absent: alerts of every source and of the platform
     * @param rule name of a rule, such as {@code backup-failed}; absent: every rule
     * @param until its end, at most 90 days ahead
     * @param reason for people
     */
    record SilenceRequest(
            @Nullable String source,
            @Nullable String rule,
            @Nullable Instant until,
            @Nullable String reason) {}

    @POST
    @Requires(Permission.OPERATE)
    @RunOnVirtualThread
    @Operation(
            summary = "Silence alerts of a source, of a rule, or of a rule of a source",
            description = "Until an instant at most 90 days ahead, with a reason. The alerts stay visible.")
    public Silence create(@Nullable SilenceRequest request) throws SQLException {
        if (request == null) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the body is missing; send {\"source\": \"portal\", \"rule\": \"backup-failed\","
                            + " \"until\": \"2026-01-15T16:00:00Z\", \"reason\": \"…\"}");
        }
        Access access = caller.access();
        Silence silence = checked(request, access);
        return JdbcTransaction.run(database, connection -> {
            SilenceTable.insert(connection, silence);
            return silence;
        });
    }

    @GET
    @Requires(Permission.VIEW)
    @RunOnVirtualThread
    @Operation(summary = "Silences that have not ended, the newest first")
    public PageCursor.Page<Silence> list(@RestQuery @Nullable String cursor, @RestQuery @DefaultValue("50") int limit)
            throws SQLException {
        VisibleSources visible = caller.access().visible();
        try (var connection = database.getConnection()) {
            return SilenceTable.page(
                    connection, visible, clock.instant(), AlertQueries.position(PageCursor.parse(cursor)), limit);
        }
    }

    private Silence checked(SilenceRequest request, Access access) {
        Instant now = clock.instant();
        String source = request.source();
        if (source == null) {
            access.requireAll(Permission.OPERATE);
        } else {
            if (!live.current().sources().containsKey(source)) {
                throw HoldfastException.about(
                        source, FailureCode.SOURCE_UNKNOWN, "source \"" + source + "\" is unknown");
            }
            access.require(Permission.OPERATE, source);
        }
        String rule = request.rule();
        if (rule != null && AlertRule.named(rule).isEmpty()) {
            throw invalid("rule", "\"" + rule + "\" is not a rule; known are " + rules());
        }
        Instant until = request.until();
        if (until == null || !until.isAfter(now) || until.isAfter(now.plus(LONGEST))) {
            throw invalid("until", "\"until\" must be in the next 90 days");
        }
        String reason = request.reason();
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw invalid("reason", "\"reason\" must have 1 to " + LONGEST_REASON + " characters");
        }
        return new Silence(UUID.randomUUID(), source, rule, until, reason, access.name(), now);
    }

    private static String rules() {
        return String.join(
                ", ", List.of(AlertRule.values()).stream().map(AlertRule::label).toList());
    }

    private static HoldfastException invalid(String field, String message) {
        return HoldfastException.about(field, FailureCode.REQUEST_INVALID, message);
    }
}
