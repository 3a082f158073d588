package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.devstack.Service;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "release",
        description = "Ends the hold of a backup, which may be deleted again then.",
        footer = {"", "Examples:", "  ./holdfast release 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77"})
final class ReleaseCommand extends ServerCommand {
    @Parameters(paramLabel = "ID", description = "The backup's id, or its first 8 or more characters.")
    private IdPrefix given;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.BACKUP);
        JsonNode backup = holdfastClient.delete(Service.BACKUP, "/api/backups/" + id + "/hold", Map.of());
        output().document(backup);
        output().say("backup " + id + " is not held");
    }
}
