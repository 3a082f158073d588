package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
        name = "whoami",
        description = "Shows the name, roles and scope with which commands reach the platform.",
        footer = {"", "Examples:", "  ./holdfast whoami", "  ./holdfast whoami --json"})
final class WhoamiCommand extends ServerCommand {
    @Override
    void run() {
        JsonNode me = api().get(Service.BACKUP, "/api/whoami");
        output().document(me);
        output().say(me.path("name").asText() + " (" + me.path("kind").asText().toLowerCase(Locale.ROOT) + ")");
        me.path("grants")
                .forEach(grant -> output().say(
                                "  " + AccessCells.joined(grant.path("roles")) + " on " + AccessCells.scope(grant)));
    }
}
