package io.holdfast.backup.api;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.contracts.BackupId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Holds and deletions over REST. Each may be asked for twice. */
@Path("/api/backups/{id}")
@Tag(name = "Backups")
class BackupHoldResource {
    private static final int LONGEST_REASON = 500;

    private final BackupHolds backupHolds;
    private final BackupViewFactory views;
    private final BackupGuard guard;
    private final Caller caller;

    BackupHoldResource(BackupHolds backupHolds, BackupViewFactory views, BackupGuard guard, Caller caller) {
        this.backupHolds = backupHolds;
        this.views = views;
        this.guard = guard;
        this.caller = caller;
    }

    @PUT
    @Requires(Permission.OPERATE)
    @Path("hold")
    @Operation(summary = "Keep a backup from being deleted", description = "Of two holds the first one counts.")
    public Uni<BackupView> hold(BackupId id, @QueryParam("reason") @Nullable String reason) {
        Access access = caller.access();
        return guard.require(access, Permission.OPERATE, id)
                .chain(() -> backupHolds.hold(id, access.name(), text(reason)))
                .map(views::of);
    }

    @DELETE
    @Requires(Permission.OPERATE)
    @Path("hold")
    @Operation(summary = "Let a backup be deleted again")
    public Uni<BackupView> release(BackupId id) {
        Access access = caller.access();
        return guard.require(access, Permission.OPERATE, id)
                .chain(() -> backupHolds.release(id, access.name()))
                .map(views::of);
    }

    @DELETE
    @Requires(Permission.DELETE)
    @Operation(
            summary = "Delete a backup",
            description =
                    "It is not listed, read or reused from now on; its bytes go after the grace. Refused (409) for a"
                            + " backup that is held, that is not stored, and, unless newestProven=true says so, for the newest"
                            + " proven one of its source; that one waits for a second user's approval if the source wants it"
                            + " (approval.delete).")
    public Uni<BackupView> delete(
            BackupId id,
            @QueryParam("reason") @Nullable String reason,
            @QueryParam("newestProven") @DefaultValue("false") boolean newestProven) {
        Access access = caller.access();
        return guard.require(access, Permission.DELETE, id)
                .chain(() -> backupHolds.delete(id, access, text(reason), newestProven))
                .map(views::of);
    }

    private static String text(@Nullable String reason) {
        String said = reason == null ? "" : reason.strip();
        return said.length() <= LONGEST_REASON ? said : said.substring(0, LONGEST_REASON);
    }
}
