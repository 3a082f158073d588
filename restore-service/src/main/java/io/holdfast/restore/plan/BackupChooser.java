package io.holdfast.restore.plan;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceRef;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Proof;
import io.holdfast.vault.Vault;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Chooses a backup from what lies in the vault. A backup that is known to be bad is never chosen. */
final class BackupChooser {
    private final Vault vault;
    private final SourceRef source;
    private final Instant now;
    private final List<BackupId> newestFirst;

    BackupChooser(Vault vault, SourceRef source, Instant now) {
        this.now = now;
        this.vault = vault;
        this.source = source;
        this.newestFirst = vault.backups(source.id());
    }

    /** Fails with BACKUP_UNKNOWN or BACKUP_NOT_USABLE, saying what there is instead. */
    Manifest choose(Choice choice) {
        return switch (choice) {
            case Choice.LatestProven ignored -> latestProven();
            case Choice.ById by -> byId(by.backup());
            case Choice.ByLabel by ->
                newest(manifest -> manifest.contents().labels().contains(by.label()))
                        .orElseThrow(() -> unusable("has the label \"" + by.label() + "\""));
            case Choice.At at -> at(at.instant());
        };
    }

    private Manifest latestProven() {
        return newestFirst.stream()
                .filter(id -> verdict(id).filter(Proof.Outcome.PROVEN::equals).isPresent())
                .findFirst()
                .map(id -> vault.manifest(source.id(), id))
                .orElseThrow(() -> unusable("is proven"));
    }

    private Manifest byId(BackupId id) {
        if (!newestFirst.contains(id)) {
            throw Failure.about(
                    id.toString(),
                    FailureCode.BACKUP_UNKNOWN,
                    "source \"" + source.name() + "\" has no backup " + id + " in vault " + vault.describe()
                            + "; `holdfast backups " + source.name() + "` lists those it has");
        }
        if (isBad(id)) {
            throw Failure.about(
                    id.toString(),
                    FailureCode.BACKUP_NOT_USABLE,
                    "backup " + id + " failed its last verification and is not restored; choose another one");
        }
        return vault.manifest(source.id(), id);
    }

    private Manifest at(Instant instant) {
        if (instant.isAfter(now)) {
            throw unusable("is of " + instant + ", which is yet to come; " + range());
        }
        return newest(manifest -> !manifest.contents().snapshotAt().isAfter(instant))
                .orElseThrow(() -> unusable("was taken at " + instant + " or before; " + range()));
    }

    private String range() {
        if (newestFirst.isEmpty()) {
            return "there is none at all";
        }
        return "there are backups from "
                + vault.manifest(source.id(), newestFirst.getLast()).contents().snapshotAt() + " to "
                + vault.manifest(source.id(), newestFirst.getFirst()).contents().snapshotAt();
    }

    private Optional<Manifest> newest(Predicate<Manifest> wanted) {
        return newestFirst.stream()
                .filter(id -> !isBad(id))
                .map(id -> vault.manifest(source.id(), id))
                .filter(wanted)
                .findFirst();
    }

    private boolean isBad(BackupId id) {
        return verdict(id).filter(Proof.Outcome.FAILED::equals).isPresent();
    }

    /** Of the last verification that came to a verdict. */
    private Optional<Proof.Outcome> verdict(BackupId id) {
        return vault.proofs(source.id(), id).reversed().stream()
                .map(Proof::outcome)
                .filter(outcome -> outcome == Proof.Outcome.PROVEN || outcome == Proof.Outcome.FAILED)
                .findFirst();
    }

    private Failure unusable(String what) {
        return Failure.about(
                source.name(),
                FailureCode.BACKUP_NOT_USABLE,
                "no usable backup of source \"" + source.name() + "\" " + what + " (" + newestFirst.size()
                        + " in the vault); `holdfast backups " + source.name()
                        + "` shows them, --backup ID takes a certain one");
    }
}
