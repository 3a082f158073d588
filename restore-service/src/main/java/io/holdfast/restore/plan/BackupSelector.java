package io.holdfast.restore.plan;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.status.BackupStatusReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Chooses a backup from what lies in the vault. A backup that is known to be bad is never chosen. */
final class BackupSelector {
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Vault vault;
    private final SourceRef source;
    private final Instant now;
    private final BackupStatusReader backupStatusReader;
    private final List<BackupId> newestFirst;

    BackupSelector(Vault vault, SourceRef source, Instant now) {
        this.now = now;
        this.vault = vault;
        this.source = source;
        this.backupStatusReader = vault.standings(source.id());
        this.newestFirst = backupStatusReader.backups();
    }

    /** Fails with BACKUP_UNKNOWN or BACKUP_NOT_USABLE, saying what there is instead. */
    Manifest choose(BackupCriterion backupCriterion) {
        return switch (backupCriterion) {
            case BackupCriterion.LatestProven ignored -> latestProven();
            case BackupCriterion.ById by -> byId(by.backup());
            case BackupCriterion.ByLabel by ->
                newest(manifest -> manifest.contents().labels().contains(by.label()))
                        .orElseThrow(() -> unusable("has the label \"" + by.label() + "\""));
            case BackupCriterion.At at -> at(at.instant());
        };
    }

    private Manifest latestProven() {
        return latest(id -> backupStatusReader.of(id) == BackupStatus.PROVEN, BackupSelector::isOfTheSource)
                .orElseGet(this::unreadable);
    }

    /** Where there is none to take, one that cannot be read is told by what it fails with. */
    private Manifest unreadable() {
        return newestFirst.stream()
                .filter(id -> backupStatusReader.of(id) == BackupStatus.UNREADABLE)
                .findFirst()
                .map(id -> vault.manifest(source.id(), id))
                .orElseThrow(() -> unusable("is proven"));
    }

    private Manifest byId(BackupId id) {
        if (!newestFirst.contains(id)) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.BACKUP_UNKNOWN,
                    "source \"" + source.name() + "\" has no backup " + id + " in vault " + vault.describe()
                            + "; `holdfast backups " + source.name() + "` lists those it has");
        }
        if (isBad(id)
                && backupStatusReader.of(id) != BackupStatus.UNREADABLE) { // that one is told by what it fails with
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.BACKUP_NOT_USABLE,
                    "backup " + id
                            + " failed its last verification, or a part of it is known to be damaged, and is not restored; choose another one");
        }
        return vault.manifest(source.id(), id);
    }

    private Manifest at(Instant instant) {
        if (instant.isAfter(now)) {
            throw unusable("is of " + instant + ", which is yet to come; " + range());
        }
        return newest(manifest -> isOfTheSource(manifest)
                        && !manifest.contents().snapshotAt().isAfter(instant))
                .orElseThrow(() -> unusable("was taken at " + instant + " or before; " + range()));
    }

    private String range() {
        if (newestFirst.isEmpty()) {
            return "no backup exists";
        }
        return "there are backups from "
                + vault.manifest(source.id(), newestFirst.getLast()).contents().snapshotAt() + " to "
                + vault.manifest(source.id(), newestFirst.getFirst()).contents().snapshotAt();
    }

    /**
     * A safety backup holds what a restore was made to get rid of, perhaps from a database that was put aside. It goes back
     * when somebody names it, and never because it happens to be the latest.
     */
    private static boolean isOfTheSource(Manifest manifest) {
        return !manifest.contents().kind().equalsIgnoreCase(BackupKind.SAFETY.name());
    }

    private Optional<Manifest> newest(Predicate<Manifest> wanted) {
        return latest(id -> !isBad(id), wanted);
    }

    /**
     * By the instant of its data: a backup that was asked for earlier may have been taken later. Ids sort by the request,
     * and none is taken more than a day after it.
     */
    private Optional<Manifest> latest(Predicate<BackupId> usable, Predicate<Manifest> wanted) {
        Manifest best = null;
        for (BackupId id : newestFirst) {
            if (best != null && requested(id).plus(LONGEST).isBefore(snapshot(best))) {
                break;
            }
            if (usable.test(id)) {
                Manifest manifest = vault.manifest(source.id(), id);
                if (wanted.test(manifest) && (best == null || snapshot(manifest).isAfter(snapshot(best)))) {
                    best = manifest;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** A UUID of version 7 begins with its time. */
    private static Instant requested(BackupId id) {
        return Instant.ofEpochMilli(id.value().getMostSignificantBits() >>> 16);
    }

    private static Instant snapshot(Manifest manifest) {
        return manifest.contents().snapshotAt();
    }

    /** It failed its last verification, or a chunk of it is known to be damaged. */
    private boolean isBad(BackupId id) {
        return !backupStatusReader.of(id).usable();
    }

    private HoldfastException unusable(String what) {
        return HoldfastException.about(
                source.name(),
                FailureCode.BACKUP_NOT_USABLE,
                "no usable backup of source \"" + source.name() + "\" " + what + " (" + newestFirst.size()
                        + " in the vault); `holdfast backups " + source.name()
                        + "` shows them, --backup ID takes a certain one");
    }
}
