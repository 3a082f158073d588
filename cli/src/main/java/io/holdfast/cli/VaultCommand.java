package io.holdfast.cli;

import io.holdfast.cli.local.VaultSetup;
import io.holdfast.cli.rest.CommandFailure;
import io.holdfast.cli.rest.Json;
import io.holdfast.config.SecretUnavailable;
import io.holdfast.contracts.Failure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "vault",
        description = "Works on the vault without any service.",
        subcommands = VaultCommand.Init.class,
        footer = {"", "Examples:", "  ./holdfast vault init", "  ./holdfast vault init --config deploy/holdfast.yaml"})
final class VaultCommand extends HoldfastCommand {
    @Override
    void run() {
        throw CommandFailure.usage("vault needs to know what to do: ./holdfast vault init");
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
    static final class Init extends HoldfastCommand {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "The file; else the one HOLDFAST_CONFIG names, else holdfast.yaml here.")
        private @Nullable Path file;

        @Override
        void run() {
            VaultSetup.Made made;
            try {
                made = VaultSetup.init(ConfigFile.load(ConfigFile.locate(file, context()), context())
                        .vault());
            } catch (SecretUnavailable e) {
                throw CommandFailure.failed(String.valueOf(e.getMessage()), e);
            } catch (Failure e) {
                throw refusal(e);
            }
            output().document(Json.tree(made));
            output().say("vault " + made.id() + " at " + made.at());
            output().say(
                            made.newKey()
                                    ? "its key is new in " + made.keyFile()
                                            + ": without this file no backup can be read, so keep a copy of it elsewhere"
                                    : "its key is in " + made.keyFile());
        }

        private static CommandFailure refusal(Failure failure) {
            String message = failure.getMessage() + " [" + failure.code() + "]";
            return switch (failure.code()) {
                case VAULT_NOT_EMPTY, VAULT_ACCESS_DENIED, VAULT_KEY_WRONG -> CommandFailure.refused(message, null);
                default -> CommandFailure.failed(message, failure);
            };
        }
    }
}
