package io.holdfast.backup.retention;

import static java.util.Objects.requireNonNullElse;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.retention.RetentionPreview.Preview;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Retention over REST. Each operation may be repeated. */
@Path("/api/retention")
@Tag(name = "Retention")
class RetentionResource {
    private static final String BY = "/api/retention";

    /** Less than clients wait for an answer. */
    private static final Duration LONGEST_RUN = Duration.ofSeconds(40);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SourceRegistry sourceRegistry;
    private final RetentionRunner runner;
    private final RetentionRuns runs;
    private final RetentionPreview preview;
    private final PolicyAcceptance acceptance;
    private final JobQueue jobQueue;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;

    RetentionResource(
            SourceRegistry sourceRegistry,
            RetentionRunner runner,
            RetentionRuns runs,
            RetentionPreview preview,
            PolicyAcceptance acceptance,
            JobQueue jobQueue,
            TransactionRunner transactionRunner,
            InstantSource clock) {
        this.sourceRegistry = sourceRegistry;
        this.runner = runner;
        this.runs = runs;
        this.preview = preview;
        this.acceptance = acceptance;
        this.jobQueue = jobQueue;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
    }

    /** @param dryRun only decide */
    record RunRequest(String source, @Nullable Boolean dryRun) {}

    record AcceptanceRequest(String source) {}

    /** @param sources policies by the name of the source */
    record PreviewRequest(Map<String, PolicyForm> sources) {}

    @POST
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
        var order =
                new RetentionRunner.Order(BY + "/runs", true, clock.instant().plus(LONGEST_RUN));
        RetentionReport report = runner.run(source, order, this::commit)
                .orElseThrow(() -> HoldfastException.about(
                        source.ref().name(),
                        FailureCode.REQUEST_CONFLICT,
                        "source \"" + source.ref().name()
                                + "\": another retention run is in progress; repeat the request when it has ended"));
        if (report.remaining() > 0) {
            enqueue(source.ref());
        }
        return RetentionReportView.of(report);
    }

    @GET
    @Path("runs")
    @Blocking
    @Operation(summary = "Retention runs of the last 90 days, newest first")
    public PageCursor.Page<RetentionRun> list(
            @QueryParam("source") @Nullable String source, @QueryParam("limit") @DefaultValue("50") int limit) {
        String name = source == null || source.isEmpty() ? null : source;
        SourceId id = name == null ? null : sourceRegistry.idOf(name).orElse(null);
        List<RetentionRun> found = runs.list(name, id, limit);
        if (name != null && found.isEmpty()) {
            sourceRegistry.named(name);
        }
        return new PageCursor.Page<>(found, null);
    }

    @POST
    @Path("acceptance")
    @Blocking
    @Operation(
            summary = "Accept a changed retention policy that waits",
            description = "A run of the source is queued. Refused (409) if no policy waits.")
    public PolicyAcceptance.Accepted accept(@Nullable AcceptanceRequest request) {
        ProtectedSource source = named(request == null ? null : request.source());
        PolicyAcceptance.Accepted accepted = acceptance.accept(source.ref(), runner.policy(source), BY + "/acceptance");
        enqueue(source.ref());
        return accepted;
    }

    @POST
    @Path("preview")
    @Blocking
    @Operation(summary = "Backups that policies would delete which are not in effect")
    public PageCursor.Page<Preview> preview(@Nullable PreviewRequest request) {
        if (request == null || isMissing(request.sources())) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID,
                    "the policies are missing; send {\"sources\": {\"<name>\": {\"all\": \"7d\"}}}");
        }
        return new PageCursor.Page<>(preview.of(request.sources()), null);
    }

    private ProtectedSource named(@Nullable String source) {
        if (source == null || source.isBlank()) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "the source is missing; send {\"source\": \"<name>\"}");
        }
        return sourceRegistry.named(source);
    }

    private static boolean isMissing(@Nullable Map<String, PolicyForm> policies) {
        return policies == null || policies.containsValue(null);
    }

    private void enqueue(SourceRef source) {
        commit(session -> jobQueue.enqueueOnce(
                session, BackupRepository.RETENTION_JOB_KIND, source.id().toString()));
    }

    private <T> T commit(Function<Mutiny.Session, Uni<T>> work) {
        return transactionRunner.run(work).await().atMost(PATIENCE);
    }
}
