package io.holdfast.wal.rows;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.model.LogPosition;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.transfer.manifest.ManifestPosition;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.status.BackupStatusReader;
import io.holdfast.wal.BaseBackup;
import io.holdfast.wal.ComparedRows;
import io.holdfast.wal.Lsn;
import io.holdfast.wal.RecoveryPlan;
import io.holdfast.wal.RecoveryProof;
import io.holdfast.wal.RecoveryTarget;
import io.holdfast.wal.RowComparison;
import io.holdfast.wal.WalIndex;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The backups of a source that have exactly the rows of a position to which its server can be recovered. */
public final class ComparableBackups {
    /** So many manifests are read at most. */
    private static final int NEWEST = 50;

    private final Vault vault;
    private final SourceId source;
    private final String system;
    private final PostgresTools tools;

    /** @param system the system identifier of the server that is recovered */
    public ComparableBackups(Vault vault, SourceId source, String system, PostgresTools tools) {
        this.vault = vault;
        this.source = source;
        this.system = system;
        this.tools = tools;
    }

    /**
     * Chooses the backup for the next proof. A backup whose comparison failed is compared again, until the proof succeeds or
     * the backup cannot be compared any more: a later backup does not disprove the fault. Otherwise the newest one that was
     * not compared by the latest proof. Empty if there is none: backups of busy servers have no such position.
     */
    public Optional<RowComparison> next(
            List<BaseBackup> bases, WalIndex index, List<RecoveryProof> proofs, Instant now) {
        Optional<RecoveryProof> last =
                proofs.stream().filter(proof -> proof.rows() != null).reduce((one, later) -> later);
        Optional<String> compared = last.map(RecoveryProof::rows).map(ComparedRows::backup);
        boolean again = last.filter(RecoveryProof::rowsDiffer).isPresent();
        BackupStatusReader standings = vault.standings(source);
        List<String> newest = standings.backups().stream()
                .limit(NEWEST)
                .map(BackupId::toString)
                .toList();
        return Stream.concat(again ? compared.stream() : Stream.empty(), newest.stream())
                .filter(backup -> again || !compared.equals(Optional.of(backup)))
                .map(BackupId::parse)
                .filter(standings.backups()::contains)
                .flatMap(backup -> comparison(backup, standings).stream())
                .filter(found -> isCovered(found, bases, index, now))
                .findFirst();
    }

    private Optional<RowComparison> comparison(BackupId backup, BackupStatusReader standings) {
        try {
            Manifest manifest = vault.manifest(source, backup);
            LogPosition position = ManifestPosition.of(manifest).orElse(null);
            if (position == null
                    || !position.system().equals(system)
                    || manifest.contents().scope().ofSingleTables()
                    || !standings.of(backup).usable()) {
                return Optional.empty();
            }
            return Optional.of(new RecoveredRows(manifest, Lsn.parse(position.lsn()), position.timeline(), tools));
        } catch (HoldfastException e) {
            return switch (e.code()) {
                // verifications and retention report it
                case MANIFEST_MISSING, MANIFEST_CORRUPT, BACKUP_NOT_USABLE, VAULT_UNKNOWN_FORMAT -> Optional.empty();
                default -> throw e;
            };
        }
    }

    private static boolean isCovered(RowComparison backup, List<BaseBackup> bases, WalIndex index, Instant now) {
        try {
            RecoveryPlan unused = RecoveryPlan.of(
                    bases, index, new RecoveryTarget.Position(backup.position(), false), backup.timeline(), now);
            return true;
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.POINT_NOT_COVERED) {
                throw e;
            }
            return false;
        }
    }
}
