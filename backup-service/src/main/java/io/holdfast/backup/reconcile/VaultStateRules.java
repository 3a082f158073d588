package io.holdfast.backup.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.backup.catalog.VaultBackupRecord;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Hold;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.SourceRecord;
import io.holdfast.vault.format.Tombstone;
import io.holdfast.vault.status.BackupStatusReader;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/** What the vault says of one source's backups, as verbs that make it so in the catalog. Reads; changes nothing itself. */
public final class VaultStateRules {
    private final Vault vault;
    private final SourceId source;
    private final BackupStatusReader backupStatusReader;
    private final boolean rotten;
    private final InstantSource clock;

    /** @param rotten whether chunks went into quarantine, or out of it, since these backups were looked at */
    VaultStateRules(
            Vault vault, SourceId source, BackupStatusReader backupStatusReader, boolean rotten, InstantSource clock) {
        this.vault = vault;
        this.source = source;
        this.backupStatusReader = backupStatusReader;
        this.rotten = rotten;
        this.clock = clock;
    }

    /** What the catalog has to learn of a backup that it takes for this; empty if it is right. */
    Optional<Predicate<Backup>> of(BackupId id, BackupState state) {
        Optional<Proof> verdict = backupStatusReader.verdict(id);
        if (!rotten && state == expected(verdict)) {
            return Optional.empty();
        }
        return switch (backupStatusReader.of(id)) {
            case PROVEN, FAILED -> verdict.map(VaultStateRules::verdict);
            case STORED, INTACT -> unverified(id, state);
            case DAMAGED ->
                unproven(
                        id,
                        FailureCode.CHUNK_CORRUPT,
                        "lists a chunk that failed a check; take a new backup, which writes the chunk again, then `holdfast verify "
                                + id + "`");
            case UNREADABLE ->
                unproven(
                        id,
                        FailureCode.MANIFEST_CORRUPT,
                        "has a manifest that does not open; bring the object back from a copy of the bucket");
            case DELETED -> Optional.empty();
        };
    }

    private static BackupState expected(Optional<Proof> verdict) {
        return switch (verdict.map(Proof::outcome).orElse(Proof.Outcome.INCONCLUSIVE)) {
            case PROVEN -> BackupState.PROVEN;
            case FAILED -> BackupState.UNPROVEN;
            case INTACT, INCONCLUSIVE -> BackupState.STORED;
        };
    }

    /** Makes a backup what a signed proof says of it; nothing for an outcome without a verdict. */
    public static Predicate<Backup> verdict(Proof proof) {
        return switch (proof.outcome()) {
            case PROVEN -> backup -> backup.proven(proof.verification(), proof.finishedAt());
            case FAILED -> backup -> backup.unproven(proof.verification(), reason(proof), proof.finishedAt());
            case INTACT, INCONCLUSIVE -> backup -> false;
        };
    }

    /** Proofs of earlier versions, and of later ones with codes of their own, have only the summary. */
    private static FailureReason reason(Proof proof) {
        JsonNode signed = proof.report() == null
                ? MissingNode.getInstance()
                : proof.report().path("reason");
        return Arrays.stream(FailureCode.values())
                .filter(code -> code.name().equals(signed.path("code").textValue()))
                .findFirst()
                .map(code -> new FailureReason(
                        code, proof.summary(), signed.path("object").textValue()))
                .orElseGet(() -> reason(
                        FailureCode.BACKUP_NOT_USABLE, proof.backup(), "failed a verification: " + proof.summary()));
    }

    private Optional<Predicate<Backup>> unverified(BackupId id, BackupState state) {
        return switch (state) {
            case PROVEN ->
                unproven(
                        id,
                        FailureCode.BACKUP_NOT_USABLE,
                        "has no proof in the vault any more; prove it again with `holdfast verify " + id + "`");
            case UNPROVEN -> Optional.of(goodAgain(id));
            default -> Optional.empty();
        };
    }

    /** Its manifest is gone without a tombstone. */
    Predicate<Backup> lost(BackupId id) {
        return unproven(
                        id,
                        FailureCode.MANIFEST_MISSING,
                        "is no longer in the vault, and was not deleted by Holdfast; bring its manifest back from a copy of the"
                                + " bucket")
                .orElseThrow();
    }

    private Optional<Predicate<Backup>> unproven(BackupId id, FailureCode code, String what) {
        return Optional.of(backup -> backup.unproven(reason(code, id, what), clock.instant()));
    }

    private static FailureReason reason(FailureCode code, BackupId id, String what) {
        return FailureReason.of(code, "backup " + id + " " + what, id.toString());
    }

    /** It is in the vault, and nothing of it is known to be bad, whatever was. */
    Predicate<Backup> goodAgain(BackupId id) {
        VaultBackupRecord found = record(id);
        return backup -> {
            if (!backup.state().mayBecome(BackupState.STORED)) {
                return false;
            }
            backup.stored(found.stored(), found.committedAt());
            return true;
        };
    }

    Predicate<Backup> deleted(BackupId id) {
        Optional<Tombstone> stone = readable(() -> vault.tombstone(source, id));
        return backup -> backup.deleted(
                stone.map(Tombstone::by).orElse("vault"),
                stone.map(Tombstone::deletedAt).orElseGet(clock::instant));
    }

    Hold hold(BackupId id) {
        return readable(() -> vault.held(source, id))
                .orElseGet(() -> new Hold(source, id, clock.instant(), "vault", "its note does not open"));
    }

    VaultBackupRecord record(BackupId id) {
        return readable(() -> Optional.of(vault.manifest(source, id)))
                .map(VaultBackupRecord::of)
                .orElseGet(() -> VaultBackupRecord.unreadable(
                        id, vault.source(source).map(SourceRecord::name).orElseGet(source::toString)));
    }

    private interface Reading<T> {
        Optional<T> read();
    }

    /** Empty if the object is there and does not open. */
    private static <T> Optional<T> readable(Reading<T> reading) {
        try {
            return reading.read();
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() != FailureCode.MANIFEST_CORRUPT
                    && holdfastException.code() != FailureCode.VAULT_UNKNOWN_FORMAT) {
                throw holdfastException;
            }
            return Optional.empty();
        }
    }
}
