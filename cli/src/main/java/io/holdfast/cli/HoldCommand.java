package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.devstack.Service;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "hold",
        description = "Keeps a backup from being deleted, by anybody and by retention, until it is released.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast hold 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77",
            "  ./holdfast hold 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 --reason audit"
        })
final class HoldCommand extends ServerCommand {
    @Parameters(paramLabel = "ID", description = "The backup's id, or its first 8 or more characters.")
    private IdPrefix given;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for people.")
    private String reason;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.BACKUP);
        JsonNode backup = holdfastClient.put(Service.BACKUP, "/api/backups/" + id + "/hold", Map.of("reason", reason));
        output().document(backup);
        output().say("backup " + id + " is held: nothing deletes it until ./holdfast release " + id);
    }
}
