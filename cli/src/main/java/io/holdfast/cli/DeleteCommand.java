package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.devstack.Service;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "delete",
        description = {
            "Deletes a backup, for good: from now on it is not listed, read or restored. Its bytes stay in the vault for the"
                    + " grace (48 h), and those that other backups need stay with them."
        },
        footer = {
            "",
            "Exits with 3 for a backup that is held or not stored, or is the newest proven one of its source.",
            "",
            "Examples:",
            "  ./holdfast delete 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77",
            "  ./holdfast delete 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --reason erasure --newest-proven"
        })
final class DeleteCommand extends ServerCommand {
    private static final String PARAMETER = "newestProven=true";

    @Parameters(paramLabel = "ID", description = "The backup's id, or its first 8 or more characters.")
    private IdPrefix given;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for people.")
    private String reason;

    @Option(names = "--newest-proven", description = "Even if it is the newest proven backup of its source.")
    private boolean newestProven;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.BACKUP);
        JsonNode backup = deleted(holdfastClient, id);
        output().document(backup);
        output().say("backup " + id + " of "
                + backup.path("source").path("name").asText() + " is deleted; its bytes go when the grace is over");
    }

    /** The service names the parameter of REST; the message of the command names its option. */
    private JsonNode deleted(HoldfastClient holdfastClient, String id) {
        try {
            return holdfastClient.delete(
                    Service.BACKUP,
                    "/api/backups/" + id,
                    Map.of("reason", reason, "newestProven", newestProven ? "true" : ""));
        } catch (CommandException refused) {
            String message = String.valueOf(refused.getMessage());
            if (refused.exit() != CommandException.Exit.REFUSED || !message.contains(PARAMETER)) {
                throw refused;
            }
            throw CommandException.refused(message.replace(PARAMETER, "--newest-proven"), refused.document());
        }
    }
}
