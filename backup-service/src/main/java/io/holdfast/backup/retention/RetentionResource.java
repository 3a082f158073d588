package io.holdfast.backup.retention;

import static java.util.Objects.requireNonNullElse;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.backup.retention.RetentionPreview.Preview;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.rest.PageCursor;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Retention over REST. Each operation may be repeated. */
@Path("/api/retention")
@Tag(name = "Retention")
class RetentionResource {
    /** Less than clients wait for an answer. */
    private static final Duration LONGEST_RUN = Duration.ofSeconds(40);

    private final SourceRegistry sourceRegistry;
    private final RetentionRunner runner;
    private final RetentionRuns runs;
    private final RetentionPreview preview;
    private final PolicyAcceptance acceptance;
    private final RequestedRetention requested;
    private final Caller caller;

    RetentionResource(
            SourceRegistry sourceRegistry,
            RetentionRunner runner,
            RetentionRuns runs,
            RetentionPreview preview,
            PolicyAcceptance acceptance,
            RequestedRetention requested,
            Caller caller) {
        this.sourceRegistry = sourceRegistry;
        this.runner = runner;
        this.runs = runs;
        this.preview = preview;
        this.acceptance = acceptance;
        this.requested = requested;
        this.caller = caller;
    }

    /** @param dryRun only decide */
    record RunRequest(String source, @Nullable Boolean dryRun) {}

    record AcceptanceRequest(String source) {}

    /** @param sources policies by the name of the source */
    record PreviewRequest(Map<String, PolicyForm> sources) {}

    @POST
    @Requires(Permission.OPERATE)
    @Path("runs")
    @Blocking
    @Operation(
            summary = "Apply the retention policy of a source now",
            description = "The answer has a decision on each backup. With dryRun nothing is deleted.")
    public RetentionReportView run(@Nullable RunRequest request) {
        ProtectedSource source = named(request == null ? null : request.source());
        if (request != null && requireNonNullElse(request.dryRun(), false)) {
            return RetentionReportView.of(runner.dryRun(source));
        }
        return RetentionReportView.of(requested.run(source, caller.access().name(), LONGEST_RUN));
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("runs")
    @Blocking
    @Operation(summary = "Retention runs of the last 90 days, newest first")
    public PageCursor.Page<RetentionRun> list(
            @QueryParam("source") @Nullable String source, @QueryParam("limit") @DefaultValue("50") int limit) {
        String name = source == null || source.isEmpty() ? null : source;
        SourceId id = name == null ? null : sourceRegistry.idOf(name).orElse(null);
        VisibleSources visible = caller.access().visible();
        if (name != null) {
            caller.access().requireVisible(name);
        }
        List<RetentionRun> found = runs.list(name, id, visible, limit);
        if (name != null && found.isEmpty()) {
            sourceRegistry.named(name);
        }
        return new PageCursor.Page<>(found, null);
    }

    @POST
    @Requires(Permission.OPERATE)
    @Path("acceptance")
    @Blocking
    @Operation(
            summary = "Accept a changed retention policy that waits",
            description = "A run of the source is queued. Refused (409) if no policy waits.")
    public PolicyAcceptance.Accepted accept(@Nullable AcceptanceRequest request) {
        ProtectedSource source = named(request == null ? null : request.source());
        PolicyAcceptance.Accepted accepted = acceptance.accept(
                source.ref(), runner.policy(source), caller.access().name());
        requested.enqueue(source.ref());
        return accepted;
    }

    @POST
    @Requires(Permission.VIEW)
    @Path("preview")
    @Blocking
    @Operation(summary = "Backups that policies would delete which are not in effect")
    public PageCursor.Page<Preview> preview(@Nullable PreviewRequest request) {
        if (request == null || isMissing(request.sources())) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the policies are missing; send {\"sources\": {\"<name>\": {\"all\": \"7d\"}}}");
        }
        Access access = caller.access();
        request.sources().keySet().forEach(access::requireVisible);
        return new PageCursor.Page<>(preview.of(request.sources()), null);
    }

    private ProtectedSource named(@Nullable String source) {
        if (source == null || source.isBlank()) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "the source is missing; send {\"source\": \"<name>\"}");
        }
        caller.access().require(Permission.OPERATE, source);
        return sourceRegistry.named(source);
    }

    private static boolean isMissing(@Nullable Map<String, PolicyForm> policies) {
        return policies == null || policies.containsValue(null);
    }
}
