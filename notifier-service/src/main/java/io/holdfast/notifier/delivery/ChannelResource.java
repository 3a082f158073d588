package io.holdfast.notifier.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.config.ChannelConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.rest.ProblemDetails;
import io.holdfast.eventing.runtime.JdbcTransaction;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.notifier.channel.Channel;
import io.holdfast.notifier.channel.ChannelRegistry;
import io.holdfast.notifier.channel.SendResult;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Channels over HTTP. Their configuration is in holdfast.yaml and is not shown: it may hold secrets. */
@Path("/api/channels")
class ChannelResource {
    private static final Logger LOG = Logger.getLogger(ChannelResource.class);

    private final ChannelRegistry channels;
    private final DeliveryRepository deliveryRepository;
    private final TransactionRunner transactionRunner;
    private final LiveConfig live;
    private final Clock clock;
    private final Caller caller;
    private final DataSource database;

    ChannelResource(
            ChannelRegistry channels,
            DeliveryRepository deliveryRepository,
            TransactionRunner transactionRunner,
            LiveConfig live,
            Clock clock,
            Caller caller,
            DataSource database) {
        this.channels = channels;
        this.deliveryRepository = deliveryRepository;
        this.transactionRunner = transactionRunner;
        this.live = live;
        this.clock = clock;
        this.caller = caller;
        this.database = database;
    }

    public record Channels(List<ChannelView> items) {}

    /** @param remark what did not quite work, such as one of several recipients that was refused */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tested(boolean delivered, @Nullable String remark) {}

    @GET
    @Requires(Permission.VIEW)
    @Operation(
            summary = "Channels of holdfast.yaml, each with its last delivery",
            description = "Sorted by name. The last delivery is absent if nothing was ever sent over the channel.")
    public Uni<Channels> list() {
        Map<String, ChannelConfig> configured = live.current().channels();
        return transactionRunner
                .run(session -> deliveryRepository.newest(configured.keySet(), session))
                .map(newest -> newest.stream().collect(Collectors.toMap(found -> found.channel, Function.identity())))
                .map(last -> new Channels(configured.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(one -> ChannelView.of(one.getKey(), one.getValue(), last.get(one.getKey())))
                        .toList()));
    }

    @POST
    @Requires(Permission.OPERATE)
    @Path("{name}/test")
    @RunOnVirtualThread
    @Operation(
            summary = "Send a test message over a channel and wait for the answer",
            description = "At most 15 seconds. The answer is the receiver's: delivered, or a problem with its reason."
                    + " A test that passed ends the alert notification-failed of the channel.")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = Tested.class)))
    @APIResponse(responseCode = "502", description = "The receiver refused the message or did not answer.")
    public Tested test(@RestPath String name) throws InterruptedException {
        caller.access().requireAll(Permission.OPERATE); // its people may belong to other sources
        Channel channel = channels.named(name)
                .orElseThrow(() -> problem(404, "there is no channel \"" + name + "\" in holdfast.yaml", null, name));
        return switch (ChannelSelfTest.of(name, channel, clock.instant())) {
            case SendResult.Delivered d -> {
                passed(name);
                yield new Tested(true, d.remark());
            }
            case SendResult.Skipped s -> throw unanswered(name, FailureCode.CONFIG_INVALID, s.reason());
            case SendResult.Refused r -> throw unanswered(name, FailureCode.CONFIG_INVALID, r.reason());
            case SendResult.Later l -> throw unanswered(name, FailureCode.TARGET_UNREACHABLE, l.reason());
        };
    }

    /** Ends the alert of a channel whose last message was given up. */
    private void passed(String name) {
        Instant now = clock.instant();
        try {
            JdbcTransaction.run(database, connection -> {
                ChannelTestTable.passed(connection, name, now);
                return name;
            });
        } catch (SQLException e) { // the answer is the receiver's, whose message arrived
            LOG.warnf(e, "channel \"%s\": the passed test was not recorded: %s", name, e.getMessage());
        }
    }

    private static WebApplicationException unanswered(String name, FailureCode code, String reason) {
        return problem(502, "channel \"" + name + "\": " + reason, code, name);
    }

    private static WebApplicationException problem(
            int status, String detail, @Nullable FailureCode code, String object) {
        String title = Response.Status.fromStatusCode(status).getReasonPhrase();
        return new WebApplicationException(Response.status(status)
                .type(ProblemDetails.MEDIA_TYPE)
                .entity(new ProblemDetails("about:blank", title, status, detail, code, object))
                .build());
    }
}
