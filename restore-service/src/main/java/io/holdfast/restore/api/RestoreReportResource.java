package io.holdfast.restore.api;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.report.Checklist;
import io.holdfast.restore.report.ChecklistItem;
import io.holdfast.restore.report.RestoreReport;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The record of a restore: its report, and the points of its checklist that people tick. */
@Path("/api/restores/{id}")
@Tag(name = "Restores")
class RestoreReportResource {
    private final RestoreRepository restoreRepository;
    private final RestoreReportFactory reports;
    private final Caller caller;
    private final InstantSource clock;
    private final TransactionRunner transactionRunner;

    RestoreReportResource(
            RestoreRepository restoreRepository,
            RestoreReportFactory reports,
            Caller caller,
            InstantSource clock,
            TransactionRunner transactionRunner) {
        this.restoreRepository = restoreRepository;
        this.reports = reports;
        this.caller = caller;
        this.clock = clock;
        this.transactionRunner = transactionRunner;
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("report")
    @Produces({"text/markdown", "text/html", "application/json"})
    @Operation(summary = "The report of a restore: md, html or json")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = {
                @Content(mediaType = "text/markdown"),
                @Content(mediaType = "text/html"),
                @Content(mediaType = "application/json")
            })
    public Uni<Response> report(
            RestoreId id,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {"md", "html", "json"},
                                            defaultValue = "md"))
                    @QueryParam("format")
                    @DefaultValue("md")
                    String format) {
        Access access = caller.access();
        return transactionRunner
                .run(session -> restoreRepository.get(session, id))
                .invoke(restore -> access.requireVisible(restore.source().name(), () -> RestoreRepository.unknown(id)))
                .map(reports::of)
                .map(report -> as(report, format));
    }

    private static Response as(RestoreReport report, String format) {
        return switch (format) {
            case "md" ->
                Response.ok(report.markdown(), "text/markdown;charset=UTF-8").build();
            case "html" -> Response.ok(report.html(), "text/html;charset=UTF-8").build();
            case "json" -> Response.ok(report.json(), "application/json").build();
            default ->
                throw HoldfastException.of(
                        FailureCode.REQUEST_INVALID,
                        "\"" + format + "\" is no format of a report; take md, html or json");
        };
    }

    /** @param ticks item's id → whether it is ticked; what is not named stays as it is */
    @PUT
    @Requires(Permission.RESTORE)
    @Path("checklist")
    @Operation(summary = "Tick points of a restore's checklist, or open them again")
    public Uni<List<ChecklistItem>> checklist(RestoreId id, @Nullable Map<String, Boolean> ticks) {
        Access by = caller.access();
        if (ticks == null || ticks.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "say what is ticked, such as {\"verification-dashboard\": true}");
        }
        for (String item : ticks.keySet()) {
            if (!Checklist.knows(item)) {
                throw HoldfastException.about(
                        item, FailureCode.REQUEST_INVALID, "the checklist has no item \"" + item + "\"");
            }
        }
        return transactionRunner
                .run(session -> restoreRepository.change(session, id, it -> {
                    by.require(Permission.RESTORE, it.source().name(), () -> RestoreRepository.unknown(id));
                    ticks.forEach((item, yes) -> {
                        if (Boolean.TRUE.equals(yes)) {
                            it.account().tick(item, by.name(), clock.instant());
                        } else {
                            it.account().untick(item);
                        }
                    });
                }))
                .map(it -> it.account().checklist());
    }
}
