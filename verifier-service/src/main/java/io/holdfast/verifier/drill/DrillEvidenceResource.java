package io.holdfast.verifier.drill;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.VerificationId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The signed archive of a drill. */
@Path("/api/drills")
@Tag(name = "Drills")
class DrillEvidenceResource {
    private static final String ZIP = "application/zip";

    private final Drills drills;
    private final DrillEvidence evidence;
    private final TransactionRunner transactionRunner;
    private final Caller caller;

    DrillEvidenceResource(Drills drills, DrillEvidence evidence, TransactionRunner transactionRunner, Caller caller) {
        this.drills = drills;
        this.evidence = evidence;
        this.transactionRunner = transactionRunner;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{id}/evidence")
    @Produces(ZIP)
    @Operation(
            summary = "The evidence of a drill: a signed archive that anyone can verify offline",
            description =
                    "With the report, the sealed manifest of the backup, verdicts, versions and the drill's history."
                            + " 404 for a drill without a report.")
    @APIResponse(responseCode = "200", description = "OK", content = @Content(mediaType = ZIP))
    public Uni<Response> evidence(VerificationId id) {
        Access access = caller.access();
        return transactionRunner
                .run(session -> drills.get(session, id))
                .invoke(it -> access.requireVisible(it.sourceName(), () -> Drills.unknown(id)))
                .chain(drill -> transactionRunner
                        .run(session -> drills.manifest(session, id))
                        .chain(manifest -> WorkerThreadCall.call(() -> evidence.of(drill, manifest))))
                .map(archive -> Response.ok(archive, ZIP)
                        .header("Content-Disposition", "attachment; filename=\"drill-" + id + ".zip\"")
                        .build());
    }
}
