package io.holdfast.cli;

import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.contracts.HoldfastException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that works on the vault of holdfast.yaml without any service. */
abstract class OfflineCommand extends BaseCommand {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The file; else the one HOLDFAST_CONFIG names, else holdfast.yaml here.",
            order = 80)
    private @Nullable Path file;

    /** Does the work. A Failure that says no becomes exit code 3, any other 1. */
    abstract void work(HoldfastConfig config) throws Exception;

    @Override
    final void run() throws Exception {
        try {
            work(ConfigFile.load(ConfigFile.locate(file, context()), context()));
        } catch (SecretUnavailableException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()), e);
        } catch (HoldfastException e) {
            throw refusal(e);
        }
    }

    static OfflineVault open(HoldfastConfig config) {
        return OfflineVault.open(config);
    }

    private static CommandException refusal(HoldfastException holdfastException) {
        String message = holdfastException.getMessage() + " [" + holdfastException.code() + "]";
        return switch (holdfastException.code()) {
            case VAULT_NOT_EMPTY, VAULT_ACCESS_DENIED, VAULT_KEY_WRONG, TARGET_EXISTS, TARGET_PERMISSION_DENIED ->
                CommandException.refused(message, null);
            default -> CommandException.failed(message, holdfastException);
        };
    }
}
