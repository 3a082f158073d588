package io.holdfast.transfer.increment;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.status.BackupStatusReader;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The backup that a new one may take unchanged parts from.
 *
 * @param builtOn what a backup that takes parts from it is built on
 * @param readAll the new backup reads everything and compares
 */
public record IncrementBase(Manifest manifest, ChangeMark mark, List<String> builtOn, boolean readAll) {
    /** Narrowed ones are passed over; a restore makes one. */
    private static final int NEWEST = 12;

    public IncrementBase {
        builtOn = List.copyOf(builtOn);
    }

    /**
     * The newest backup of the source, unless there is a doubt about it or a backup that it is built on: one of them failed
     * its verification, lists a chunk that failed a check, cannot be read, or was deleted so long ago that its verifications are
     * not known any more. Of forgotten ones that are older than all other backups nothing has to be known.
     *
     * @param every of so many backups in a row, one reads everything; at least 1
     */
    public static Optional<IncrementBase> find(Vault vault, SourceId source, int every) {
        return newest(vault, source).flatMap(manifest -> of(manifest, vault, every));
    }

    private static Optional<Manifest> newest(Vault vault, SourceId source) {
        for (BackupId backup : vault.backups(source).stream().limit(NEWEST).toList()) {
            try {
                Manifest manifest = vault.manifest(source, backup);
                if (!manifest.contents().scope().ofSingleTables()) {
                    return Optional.of(manifest);
                }
            } catch (HoldfastException e) {
                if (e.code() == FailureCode.MANIFEST_CORRUPT || e.code() == FailureCode.VAULT_UNKNOWN_FORMAT) {
                    return Optional.empty();
                }
                if (e.code() != FailureCode.MANIFEST_MISSING && e.code() != FailureCode.BACKUP_NOT_USABLE) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<IncrementBase> of(Manifest manifest, Vault vault, int every) {
        IncrementNote note = IncrementNote.of(manifest).orElse(null);
        if (note == null || note.mark() == null) {
            return Optional.empty();
        }
        List<String> chain = Stream.concat(
                        note.builtOn().stream(), Stream.of(manifest.backup().toString()))
                .toList();
        BackupStatusReader standings = vault.standings(manifest.source());
        if (!standings.backups().contains(manifest.backup())) {
            return Optional.empty();
        }
        boolean doubt = chain.stream().map(BackupId::parse).anyMatch(backup -> !sound(backup, standings));
        return doubt
                ? Optional.empty()
                : Optional.of(new IncrementBase(manifest, note.mark(), chain, chain.size() >= every));
    }

    private static boolean sound(BackupId backup, BackupStatusReader standings) {
        boolean forgotten = !standings.all().contains(backup)
                && backup.compareTo(standings.backups().getLast()) < 0;
        return forgotten || standings.isSound(backup);
    }
}
