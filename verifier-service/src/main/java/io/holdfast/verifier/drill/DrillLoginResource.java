package io.holdfast.verifier.drill;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.VerificationId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.holdfast.verifier.scratch.KeptCopies;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The only login to the kept copy of a drill. The drill records it before the server creates it: a process that dies in
 * between leaves a copy without a login, and never two logins.
 */
@Path("/api/drills")
@Tag(name = "Drills")
class DrillLoginResource {
    private final Drills drills;
    private final KeptCopies keptCopies;
    private final TransactionRunner transactionRunner;
    private final Caller caller;
    private final InstantSource clock;

    DrillLoginResource(
            Drills drills,
            KeptCopies keptCopies,
            TransactionRunner transactionRunner,
            Caller caller,
            InstantSource clock) {
        this.drills = drills;
        this.keptCopies = keptCopies;
        this.transactionRunner = transactionRunner;
        this.caller = caller;
        this.clock = clock;
    }

    /**
     * A login to one database.
     *
     * @param until when the login, its sessions and the database end
     */
    public record DrillLogin(String host, int port, String database, String user, String password, Instant until) {
        @Override
        public String toString() {
            return "login of " + user + " to " + database + " until " + until;
        }
    }

    @POST
    @Requires(Permission.EXPORT)
    @Path("{id}/login")
    @Operation(
            summary = "Get the login to the kept copy of a drill, once",
            description =
                    "For a drill that was requested with keep, after its end. The role reads and writes the tables of"
                            + " this database, and can log in to no other. The password is in this response only; a second"
                            + " request is answered with 409.")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = DrillLogin.class)))
    public Uni<Response> login(VerificationId id) {
        Access by = caller.access();
        return transactionRunner
                .run(session -> drills.change(session, id, drill -> {
                    by.require(Permission.EXPORT, drill.sourceName(), () -> Drills.unknown(id));
                    drill.loginTaken(clock.instant());
                }))
                .chain(drill -> WorkerThreadCall.call(() -> created(drill))
                        .onFailure()
                        .call(failure ->
                                transactionRunner.run(session -> drills.change(session, id, Drill::loginFailed))))
                .map(login -> Response.ok(login, "application/json")
                        .header("Cache-Control", "no-store")
                        .build());
    }

    private DrillLogin created(Drill drill) {
        Instant until = Objects.requireNonNull(drill.copyUntil());
        KeptCopies.Login login = keptCopies.login(drill.id(), Objects.requireNonNull(drill.copyDatabase()), until);
        return new DrillLogin(login.host(), login.port(), login.database(), login.user(), login.password(), until);
    }
}
