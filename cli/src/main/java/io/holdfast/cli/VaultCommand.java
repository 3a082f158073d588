package io.holdfast.cli;

import io.holdfast.cli.local.VaultSetup;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.config.HoldfastConfig;
import picocli.CommandLine.Command;

@Command(
        name = "vault",
        description = "Works on the vault without any service.",
        subcommands = {
            VaultCommand.Init.class,
            VaultListCommand.class,
            VaultCheckCommand.class,
            VaultExportCommand.class,
            VaultRestoreCommand.class,
            VaultRebuildCatalogCommand.class,
            VaultKeysCommand.class,
            VaultArchiveCommand.class,
            VaultWindowsCommand.class,
            VaultRecoverCommand.class,
        },
        footer = {"", "Examples:", "  ./holdfast vault init", "  ./holdfast vault check --config deploy/holdfast.yaml"})
final class VaultCommand extends BaseCommand {
    @Override
    void run() {
        throw CommandException.usage("vault needs to know what to do, such as ./holdfast vault list");
    }

    @Command(
            name = "init",
            description = {
                "Makes the vault that holdfast.yaml describes on an empty bucket or prefix, with a new key file unless"
                        + " there is one. Making it again changes nothing."
            },
            footer = {
                "",
                "Without the key file no backup can be read: keep a copy of it elsewhere.",
                "",
                "Examples:",
                "  ./holdfast vault init",
                "  ./holdfast vault init --config deploy/holdfast.yaml --json"
            })
    static final class Init extends OfflineCommand {
        @Override
        void work(HoldfastConfig config) {
            VaultSetup.Made made = VaultSetup.init(config.vault());
            output().document(ServiceJson.tree(made));
            output().say("vault " + made.id() + " at " + made.at());
            output().say(
                            made.newKey()
                                    ? "its key is new in " + made.keyFile()
                                            + ": without this file no backup can be read, so keep a copy of it elsewhere"
                                    : "its key is in " + made.keyFile());
            if (!made.escrowed()) {
                output().note("no copy of the key is confirmed yet: ./holdfast vault keys escrow --help");
            }
            made.lacks().forEach(output()::note);
        }
    }
}
