package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "cancel",
        description = "Stops a backup or a restore that waits or runs. What is complete already stays.",
        footer = {"", "Examples:", "  ./holdfast cancel 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77"})
final class CancelCommand extends ServerCommand {
    @Parameters(paramLabel = "ID", description = "The id of a backup or a restore, or its first 8 or more characters.")
    private IdPrefix given;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.shown());
        ResourceKind resourceKind = ResourceKind.find(holdfastClient, id).kind();
        if (resourceKind == ResourceKind.VERIFICATION) {
            throw CommandException.refused(
                    id + " is a verification, which can't be cancelled; it changes nothing and ends by itself", null);
        }
        JsonNode answer = holdfastClient.post(resourceKind.service(), resourceKind.path(id) + "/cancellation", null);
        output().document(answer);
        output().say(resourceKind.name().toLowerCase(Locale.ROOT) + " " + id + " is asked to stop; it is "
                + answer.path("state").asText() + " now");
    }
}
