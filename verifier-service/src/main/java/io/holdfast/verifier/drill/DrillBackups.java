package io.holdfast.verifier.drill;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.status.BackupStatusReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Which backup a drill restores. */
final class DrillBackups {
    private final Vault vault;
    private final Instant now;

    DrillBackups(Vault vault, Instant now) {
        this.vault = vault;
        this.now = now;
    }

    /**
     * The backup of a drill.
     *
     * @param newest whether it is the newest one, so that its age is the source's
     */
    record Chosen(SourceRef source, BackupId backup, boolean newest) {}

    /** Fails with BACKUP_UNKNOWN if the vault has no such backup. */
    Chosen of(Drill drill, Optional<SourceConfig> config) {
        SourceRef source = new SourceRef(sourceId(drill.sourceName(), config), drill.sourceName());
        List<BackupId> backups = vault.backups(source.id());
        if (drill.askedBackup().isPresent()) {
            BackupId asked = drill.askedBackup().get();
            if (!backups.contains(asked)) {
                throw unknown(
                        drill, "backup " + asked + " of source \"" + drill.sourceName() + "\" is not in the vault");
            }
            return new Chosen(
                    source, asked, newest(backups, source).filter(asked::equals).isPresent());
        }
        return config.flatMap(known -> known.drill().lookBack())
                .flatMap(period -> random(drill, source, period))
                .map(backup -> new Chosen(source, backup, false))
                .or(() -> newest(backups, source).map(backup -> new Chosen(source, backup, true)))
                .orElseThrow(() -> unknown(
                        drill, "source \"" + drill.sourceName() + "\" has no backup of the whole source in the vault"));
    }

    /** Returns the size in bytes of the newest readable backup of the whole source, as rows in text; 0 without such a backup. */
    static long newestBytes(Vault vault, SourceId source) {
        for (BackupId backup : vault.backups(source)) {
            try {
                Manifest manifest = vault.manifest(source, backup);
                if (isWhole(manifest)) {
                    return manifest.totals().bytes();
                }
            } catch (HoldfastException holdfastException) {
                if (!isUnreadable(holdfastException.code())) {
                    throw holdfastException;
                }
            }
        }
        return 0;
    }

    private static boolean isUnreadable(FailureCode code) {
        return code == FailureCode.MANIFEST_CORRUPT
                || code == FailureCode.MANIFEST_MISSING
                || code == FailureCode.BACKUP_NOT_USABLE;
    }

    private SourceId sourceId(String name, Optional<SourceConfig> config) {
        return config.flatMap(SourceConfig::id)
                .map(SourceId::new)
                .or(() -> vault.findSource(name))
                .orElseThrow(() -> HoldfastException.about(
                        name,
                        FailureCode.BACKUP_UNKNOWN,
                        "source \"" + name + "\" has no backup in the vault; take one first"));
    }

    private static HoldfastException unknown(Drill drill, String what) {
        return HoldfastException.about(
                drill.sourceName(),
                FailureCode.BACKUP_UNKNOWN,
                what + "; `holdfast backups --source " + drill.sourceName() + "` lists those there are");
    }

    /** One whose manifest does not open is taken: the drill then says so. */
    private Optional<BackupId> newest(List<BackupId> backups, SourceRef source) {
        return backups.stream().filter(backup -> isWhole(source, backup)).findFirst();
    }

    private boolean isWhole(SourceRef source, BackupId backup) {
        try {
            return isWhole(vault.manifest(source.id(), backup));
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() == FailureCode.MANIFEST_CORRUPT) {
                return true;
            }
            if (holdfastException.code() == FailureCode.BACKUP_NOT_USABLE
                    || holdfastException.code() == FailureCode.MANIFEST_MISSING) {
                return false; // deleted meanwhile
            }
            throw holdfastException;
        }
    }

    private static boolean isWhole(Manifest manifest) {
        return !manifest.contents().kind().equalsIgnoreCase(BackupKind.SAFETY.name())
                && !manifest.contents().scope().ofSingleTables();
    }

    /** Another one for each drill, and the same one for each attempt at it; empty: none of the period is proven. */
    private Optional<BackupId> random(Drill drill, SourceRef source, Duration period) {
        BackupStatusReader standings = vault.standings(source.id());
        List<BackupId> shuffled = new ArrayList<>(standings.backups());
        Collections.shuffle(shuffled, new Random(drill.id().value().getLeastSignificantBits()));
        Instant from = now.minus(period);
        return shuffled.stream()
                .filter(backup -> standings
                        .verdict(backup)
                        .filter(proof -> proof.outcome() == Proof.Outcome.PROVEN)
                        .isPresent())
                .filter(backup -> isOf(source, backup, from))
                .findFirst();
    }

    private boolean isOf(SourceRef source, BackupId backup, Instant from) {
        if (!isWhole(source, backup)) {
            return false;
        }
        try {
            return !vault.manifest(source.id(), backup).contents().snapshotAt().isBefore(from);
        } catch (HoldfastException holdfastException) {
            if (isUnreadable(holdfastException.code())) {
                return false;
            }
            throw holdfastException;
        }
    }
}
