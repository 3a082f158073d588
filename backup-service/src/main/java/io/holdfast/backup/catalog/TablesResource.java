package io.holdfast.backup.catalog;

import io.holdfast.backup.vault.KnownVault;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.Blocking;
import io.holdfast.eventing.Transactions;
import io.holdfast.eventing.rest.Cursor;
import io.holdfast.vault.Contents;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a backup holds, as its signed manifest in the vault says it. */
@Path("/api/backups")
@Tag(name = "Backups")
class TablesResource {
    private final Backups backups;
    private final KnownVault vaults;
    private final Transactions transactions;

    TablesResource(Backups backups, KnownVault vaults, Transactions transactions) {
        this.backups = backups;
        this.vaults = vaults;
        this.transactions = transactions;
    }

    @GET
    @Path("{id}/tables")
    @Operation(summary = "The tables of a backup")
    public Uni<Cursor.Page<StoredTable>> tables(BackupId id) {
        return transactions
                .run(session -> backups.get(session, id))
                .chain(backup -> Blocking.call(() -> tablesOf(backup)));
    }

    private Cursor.Page<StoredTable> tablesOf(Backup backup) {
        BackupId id = backup.id();
        if (!backup.state().isStored()) {
            throw Failure.about(
                    id.toString(),
                    FailureCode.BACKUP_NOT_USABLE,
                    "backup " + id + " is " + backup.state() + "; only a stored backup has tables");
        }
        Contents contents = vaults.open().manifest(backup.source().id(), id).contents();
        return new Cursor.Page<>(
                contents.tables().stream().map(TablesResource::stored).toList(), null);
    }

    private static StoredTable stored(Contents.Table table) {
        return new StoredTable(table.name().toString(), table.rows(), table.bytes(), table.fingerprint());
    }

    /** @param bytes of its rows as text */
    record StoredTable(String name, long rows, long bytes, String fingerprint) {}
}
