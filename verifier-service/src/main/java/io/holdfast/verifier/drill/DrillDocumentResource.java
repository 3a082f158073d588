package io.holdfast.verifier.drill;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.access.VisibleSources;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.drill.DrillHtml;
import io.holdfast.drill.DrillJson;
import io.holdfast.drill.DrillMarkdown;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.DrillSummary;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.holdfast.vault.Vault;
import io.holdfast.verifier.verification.VerifierVaultProvider;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What drills amount to: the report of one, the summary of a year, the restore time that they predict. */
@Path("/api/drills")
@Tag(name = "Drills")
class DrillDocumentResource {
    private static final int FIRST_YEAR = 2000;
    private static final int LAST_YEAR = 2200;
    private static final int MEASURED = 20;

    private final Drills drills;
    private final DrillSlots slots;
    private final VerifierVaultProvider vault;
    private final LiveConfig live;
    private final TransactionRunner transactionRunner;
    private final Caller caller;
    private final InstantSource clock;

    DrillDocumentResource(
            Drills drills,
            DrillSlots slots,
            VerifierVaultProvider vault,
            LiveConfig live,
            TransactionRunner transactionRunner,
            Caller caller,
            InstantSource clock) {
        this.drills = drills;
        this.slots = slots;
        this.vault = vault;
        this.live = live;
        this.transactionRunner = transactionRunner;
        this.caller = caller;
        this.clock = clock;
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{id}/report")
    @Produces({"text/markdown", "text/html", "application/json"})
    @Operation(
            summary = "The report of a drill: md, html or json",
            description = "404 for a drill that has none: it has not ended, or no backup was restored.")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = {
                @Content(mediaType = "text/markdown"),
                @Content(mediaType = "text/html"),
                @Content(mediaType = "application/json", schema = @Schema(implementation = DrillReport.class))
            })
    public Uni<Response> report(
            VerificationId id,
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
                .run(session -> drills.get(session, id))
                .invoke(it -> access.requireVisible(it.sourceName(), () -> Drills.unknown(id)))
                .map(DrillDocumentResource::written)
                .map(report -> as(report, format));
    }

    static DrillReport written(Drill drill) {
        return drill.report().orElseThrow(() -> {
            FailureReason reason = drill.reason();
            return HoldfastException.about(
                    drill.id().toString(),
                    FailureCode.BACKUP_UNKNOWN,
                    "drill " + drill.id() + " has no report: it is " + drill.state()
                            + (reason == null ? "" : ", because " + reason.message()));
        });
    }

    private static Response as(DrillReport report, String format) {
        return switch (format) {
            case "md" -> markdown(DrillMarkdown.of(report));
            case "html" ->
                Response.ok(DrillHtml.of(report), "text/html;charset=UTF-8").build();
            case "json" ->
                Response.ok(DrillJson.write(report), "application/json").build();
            default ->
                throw HoldfastException.about(
                        "format",
                        FailureCode.REQUEST_INVALID,
                        "\"" + format + "\" is no format of a report; take md, html or json");
        };
    }

    private static Response markdown(String text) {
        return Response.ok(text, "text/markdown;charset=UTF-8").build();
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("summary")
    @Produces({"application/json", "text/markdown", "text/csv"})
    @Operation(
            summary = "The drills of a year for each source: due, done, passed, missing",
            description =
                    "The year is of UTC; without it or 0, this year. A slot is due since its schedule is known. A drill that"
                            + " is inconclusive is not done.")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = DrillSummary.class)),
                @Content(mediaType = "text/markdown"),
                @Content(mediaType = "text/csv")
            })
    public Uni<Response> summary(
            @QueryParam("year") @DefaultValue("0") int year,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {"json", "md", "csv"},
                                            defaultValue = "json"))
                    @QueryParam("format")
                    @DefaultValue("json")
                    String format) {
        Instant now = clock.instant();
        int of = year == 0 ? now.atZone(ZoneOffset.UTC).getYear() : year;
        if (of < FIRST_YEAR || of > LAST_YEAR) {
            throw HoldfastException.about(
                    "year",
                    FailureCode.REQUEST_INVALID,
                    "the year must be one from " + FIRST_YEAR + " to " + LAST_YEAR);
        }
        VisibleSources visible = caller.access().visible();
        return transactionRunner
                .run(session -> slots.known(session)
                        .chain(since -> drills.between(session, DrillYear.begin(of), DrillYear.begin(of + 1))
                                .map(found -> new DrillYear(of, now, since)
                                        .summary(
                                                configured(visible),
                                                found.stream()
                                                        .filter(it -> visible.contains(it.sourceName()))
                                                        .toList()))))
                .map(summary -> as(summary, format));
    }

    private Map<String, SourceConfig> configured(VisibleSources visible) {
        Map<String, SourceConfig> sources = new TreeMap<>(live.current().sources());
        sources.keySet().removeIf(name -> !visible.contains(name));
        return sources;
    }

    private static Response as(DrillSummary summary, String format) {
        return switch (format) {
            case "json" -> Response.ok(summary, "application/json").build();
            case "md" -> markdown(summary.markdown());
            case "csv" -> Response.ok(summary.csv(), "text/csv;charset=UTF-8").build();
            default ->
                throw HoldfastException.about(
                        "format",
                        FailureCode.REQUEST_INVALID,
                        "\"" + format + "\" is no format of a summary; take json, md or csv");
        };
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("recovery")
    @Operation(
            summary = "The predicted duration of a restore of a source at its size now",
            description = "By the restores that its drills measured. Without drills there is no predictedMillis.")
    public Uni<RecoveryPrediction> recovery(@QueryParam("source") @Nullable String source) {
        if (source == null || source.isEmpty()) {
            throw HoldfastException.about("source", FailureCode.REQUEST_INVALID, "say of which source: ?source=NAME");
        }
        caller.access().requireVisible(source);
        return WorkerThreadCall.call(() -> newestBytes(source))
                .chain(bytes -> transactionRunner
                        .run(session -> drills.measured(session, source, DrillReport.RESTORE_TEST, MEASURED))
                        .map(found -> RecoveryPrediction.of(
                                source,
                                bytes,
                                found.stream().map(DrillReports::earlier).toList())));
    }

    private long newestBytes(String source) {
        Vault opened = vault.open();
        SourceId id = opened.findSource(source)
                .orElseThrow(() -> HoldfastException.about(
                        source,
                        FailureCode.SOURCE_UNKNOWN,
                        "source \"" + source + "\" has no backup in the vault; take one first"));
        return DrillBackups.newestBytes(opened, id);
    }
}
