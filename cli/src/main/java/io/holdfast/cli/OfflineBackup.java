package io.holdfast.cli;

import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.read.BackupReader;
import java.io.IOException;
import java.util.UUID;

/** One backup of the vault that holdfast.yaml describes, read without any service. */
final class OfflineBackup {
    private OfflineBackup() {}

    /** Work with a backup. */
    @FunctionalInterface
    interface Work {
        void with(BackupReader backup) throws IOException;
    }

    static void read(HoldfastConfig config, UUID id, Work work) {
        try (OfflineVault offline = OfflineVault.open(config)) {
            Vault vault = offline.vault();
            BackupId backup = new BackupId(id);
            try (BackupReader reader = vault.reader(source(vault, backup), backup)) {
                work.with(reader);
            }
        } catch (IOException e) {
            throw CommandException.failed("backup " + id + ": " + e.getMessage(), e);
        }
    }

    private static SourceId source(Vault vault, BackupId backup) {
        return vault.sources().stream()
                .filter(source -> vault.backups(source).contains(backup))
                .findFirst()
                .orElseThrow(() -> CommandException.failed("the vault at " + vault.describe() + " has no backup "
                        + backup + "; ./holdfast vault list shows those it has"));
    }
}
