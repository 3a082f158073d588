package io.holdfast.backup.api;

import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.caller.Caller;
import io.holdfast.eventing.rest.PageCursor;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.holdfast.vault.format.BackupContents;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a backup holds, as its signed manifest in the vault says it. */
@Path("/api/backups")
@Tag(name = "Backups")
class BackupTablesResource {
    private final PinnedVault vaults;
    private final BackupGuard guard;
    private final Caller caller;

    BackupTablesResource(PinnedVault vaults, BackupGuard guard, Caller caller) {
        this.vaults = vaults;
        this.guard = guard;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.VIEW)
    @Path("{id}/tables")
    @Operation(summary = "The tables of a backup")
    public Uni<PageCursor.Page<StoredTable>> tables(BackupId id) {
        return guard.require(caller.access(), Permission.VIEW, id)
                .chain(backup -> WorkerThreadCall.call(() -> tablesOf(backup)));
    }

    private PageCursor.Page<StoredTable> tablesOf(Backup backup) {
        BackupId id = backup.id();
        if (!backup.state().isStored()) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.BACKUP_NOT_USABLE,
                    "backup " + id + " is " + backup.state() + "; only a stored backup has tables");
        }
        BackupContents backupContents =
                vaults.open().manifest(backup.source().id(), id).contents();
        return new PageCursor.Page<>(
                backupContents.tables().stream()
                        .map(BackupTablesResource::stored)
                        .toList(),
                null);
    }

    private static StoredTable stored(BackupContents.Table table) {
        return new StoredTable(table.name().toString(), table.rows(), table.bytes(), table.fingerprint());
    }

    /** @param bytes of its rows as text */
    record StoredTable(String name, long rows, long bytes, String fingerprint) {}
}
