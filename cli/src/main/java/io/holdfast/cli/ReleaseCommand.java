package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "release",
        description = "Ends the hold of a backup, which may be deleted again then.",
        footer = {"", "Examples:", "  ./holdfast release 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77"})
final class ReleaseCommand extends ServerCommand {
    @Parameters(paramLabel = "ID", description = "The backup's id.")
    private UUID id;

    @Override
    void run() {
        JsonNode backup = api().delete(Service.BACKUP, "/api/backups/" + id + "/hold", Map.of());
        output().document(backup);
        output().say("backup " + id + " is not held");
    }
}
