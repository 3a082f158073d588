package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.local.VaultSetup;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.vault.VaultKeyAdministration;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.KeyEscrow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "keys",
        description = "Cares for the vault's keys.",
        subcommands = {VaultKeysCommand.Rotate.class, VaultKeysCommand.Rewrap.class, VaultKeysCommand.Keep.class},
        footer = {"", "Examples:", "  ./holdfast vault keys rotate", "  ./holdfast vault keys escrow"})
final class VaultKeysCommand extends BaseCommand {
    @Override
    void run() {
        throw CommandException.usage("vault keys needs to know what to do: rotate, rewrap or escrow");
    }

    @Command(
            name = "rotate",
            description = {
                "Adds a key for data and one for signatures; everything is written with them from now on. What was"
                        + " written before stays readable, and nothing is stored again."
            },
            footer = {
                "",
                "The key file stays the same. Services that run learn of the new keys by themselves.",
                "",
                "Examples:",
                "  ./holdfast vault keys rotate",
                "  ./holdfast vault keys rotate --config deploy/holdfast.yaml --json"
            })
    static final class Rotate extends OfflineCommand {
        @Override
        void work(HoldfastConfig config) {
            try (OfflineVault offline = open(config)) {
                VaultKeyAdministration.Counts counts = offline.vault().keys().rotate();
                output().document(ServiceJson.tree(counts));
                output().say("new keys are in use; " + counts.data() + " keys for data and " + counts.signing()
                        + " for signatures are kept");
            }
        }
    }

    @Command(
            name = "rewrap",
            description = {
                "Changes the key file: wraps the vault's keys with another key, so that only the new file opens the vault."
                        + " No backup is touched."
            },
            footer = {
                "",
                "The new key file is made unless it is there. Afterwards name it as vault.key-file (or put it in the old one's"
                        + " place), restart the services, and see to its copy with ./holdfast vault keys escrow.",
                "Does not protect against a person who has the old file and a copy of the bucket. What died half-way goes on when"
                        + " it is run again.",
                "",
                "Examples:",
                "  ./holdfast vault keys rewrap --new-key-file /etc/holdfast/vault-2.key"
            })
    static final class Rewrap extends OfflineCommand {
        @Option(
                names = "--new-key-file",
                paramLabel = "FILE",
                required = true,
                description = "The new key file; made if it is not there.")
        private Path file;

        @Override
        void work(HoldfastConfig config) {
            VaultSetup.Rewrapped done = VaultSetup.rewrap(config.vault(), file);
            output().document(ServiceJson.tree(done));
            output().say(
                            done.keysets() == 0
                                    ? "the vault's keys are wrapped with key " + done.keyId() + " already"
                                    : done.keysets() + " keysets are wrapped with key " + done.keyId() + " of "
                                            + done.keyFile() + "; the old key file opens the vault no more");
            output().say("now set vault.key-file to " + done.keyFile() + ", restart the services, then:"
                    + " ./holdfast vault keys escrow --to FILE");
        }
    }

    @Command(
            name = "escrow",
            description = {
                "Keeps the key from being lost with this machine: copies the key file, and confirms a copy by opening"
                        + " the vault with it. Without an option, says whether a copy was confirmed, and exits with 1 if not."
            },
            footer = {
                "",
                "Who has the copy, and the bucket, reads every backup: keep it where it cannot burn down with this"
                        + " machine, and not in the bucket.",
                "",
                "Examples:",
                "  ./holdfast vault keys escrow",
                "  ./holdfast vault keys escrow --to /media/stick/vault.key",
                "  ./holdfast vault keys escrow --confirm /media/stick/vault.key --where safe"
            })
    static final class Keep extends OfflineCommand {
        @Option(
                names = "--to",
                paramLabel = "FILE",
                description = "Writes a copy of the key file, for its owner alone.")
        private @Nullable Path to;

        @Option(
                names = "--confirm",
                paramLabel = "FILE",
                description = "A copy, read back from where it is kept: opens the vault with it and notes that.")
        private @Nullable Path confirm;

        @Option(
                names = "--where",
                paramLabel = "TEXT",
                description = "Where the copy is kept, for who will look for it.")
        private @Nullable String where;

        @Override
        void work(HoldfastConfig config) throws IOException {
            if (to != null && confirm != null) {
                throw CommandException.usage(
                        "--to and --confirm are two steps: first copy, then bring the copy away, then" + " confirm it");
            }
            Path keyFile = config.vault().keyFile();
            if (to != null) {
                copy(keyFile, to);
                return;
            }
            try (OfflineVault offline = open(config)) {
                VaultKeyAdministration keys = offline.vault().keys();
                if (confirm != null) {
                    confirm(keys, keyFile, confirm);
                } else {
                    show(keys);
                }
            }
        }

        private void copy(Path keyFile, Path target) {
            String id = KeyFile.copy(keyFile, target).id();
            output().document(ServiceJson.object().put("keyId", id).put("copy", target.toString()));
            output().say("key " + id + " is copied to " + target);
            output().say("bring it to where it is to be kept, then: ./holdfast vault keys escrow --confirm FILE"
                    + " --where TEXT");
        }

        private void confirm(VaultKeyAdministration keys, Path keyFile, Path copy) throws IOException {
            if (where == null || where.isBlank()) {
                throw CommandException.usage("--confirm needs --where: who looks for the copy one day has to find it");
            }
            if (Files.exists(copy) && Files.isSameFile(keyFile, copy)) {
                throw CommandException.usage(copy + " is the key file itself; name the copy");
            }
            KeyEscrow escrow = keys.confirm(KeyFile.read(copy), where);
            output().document(ServiceJson.tree(escrow));
            output().say("the copy opens the vault; noted as kept at: " + escrow.where());
        }

        private void show(VaultKeyAdministration keys) {
            Optional<KeyEscrow> escrow = keys.escrow();
            ObjectNode document =
                    ServiceJson.object().put("keyId", keys.keyId()).put("confirmed", escrow.isPresent());
            escrow.ifPresent(it -> document.put("where", it.where())
                    .put("confirmedAt", it.confirmedAt().toString()));
            if (escrow.isEmpty()) {
                throw CommandException.failed(
                        "key " + keys.keyId() + ": no copy is confirmed; ./holdfast vault keys escrow --to FILE"
                                + " makes one",
                        document);
            }
            output().document(document);
            escrow.ifPresent(it -> output().say("key " + it.keyId() + ": a copy was confirmed on "
                    + HumanFormat.instant(it.confirmedAt()) + ", kept at: " + it.where()));
        }
    }
}
