package io.holdfast.notifier.channel;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.rest.ProblemDetails;
import io.holdfast.notifier.notice.Notification;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Channels over HTTP. Their configuration is in holdfast.yaml and is not shown: it may hold secrets. */
@Path("/api/channels")
class ChannelResource {
    private final ChannelRegistry channels;
    private final Clock clock;

    ChannelResource(ChannelRegistry channels, Clock clock) {
        this.channels = channels;
        this.clock = clock;
    }

    public record Tested(boolean delivered) {}

    @POST
    @Requires(Permission.OPERATE)
    @Path("{name}/test")
    @RunOnVirtualThread
    @Operation(summary = "Sends a test message over a channel and waits for the answer")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = Tested.class)))
    @APIResponse(responseCode = "502", description = "The receiver refused the message or did not answer.")
    public Tested test(@RestPath String name) throws InterruptedException {
        Channel channel = channels.named(name)
                .orElseThrow(() -> problem(404, "there is no channel \"" + name + "\" in holdfast.yaml", null, name));
        Instant now = clock.instant();
        String id = UUID.randomUUID().toString();
        ChannelMessage message = new ChannelMessage(
                id, Notification.test(name, now), "io.holdfast.ChannelTest.v1", "notifier-service", id);
        return switch (channel.send(message)) {
            case SendResult.Delivered ignored -> new Tested(true);
            case SendResult.Refused r -> throw unanswered(name, FailureCode.CONFIG_INVALID, r.reason());
            case SendResult.Later l -> throw unanswered(name, FailureCode.TARGET_UNREACHABLE, l.reason());
        };
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
