package io.holdfast.backup.reconcile;

import io.holdfast.backup.catalog.BackupState;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** What the catalog says of a backup, as far as the vault says it too. */
record CatalogBackupRow(BackupId id, SourceId source, BackupState state, boolean held) {

    static Uni<List<CatalogBackupRow>> all(Mutiny.Session session) {
        return session.createSelectionQuery(
                        "select b.id, b.sourceId, b.state, b.heldAt is not null from Backup b", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().map(CatalogBackupRow::of).toList());
    }

    private static CatalogBackupRow of(Object[] row) {
        return new CatalogBackupRow(
                new BackupId((UUID) row[0]), new SourceId((UUID) row[1]), (BackupState) row[2], (Boolean) row[3]);
    }
}
