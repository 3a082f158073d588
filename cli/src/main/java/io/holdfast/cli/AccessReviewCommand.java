package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "review",
        description = {
            "Lists every principal of the configuration and every token, with roles, scope and last use.",
            "Repeat it each quarter, and remove what is not needed."
        },
        footer = {"", "Examples:", "  ./holdfast access review", "  ./holdfast access review --json"})
final class AccessReviewCommand extends ServerCommand {
    @Override
    void run() {
        JsonNode list = api().list(Service.BACKUP, "/api/access/review", Map.of(), 10_000);
        output().document(list);
        TextTable table = new TextTable("PRINCIPAL", "ORIGIN", "ROLES", "~SCOPE", "LAST USED", "?EXPIRES");
        list.path("items")
                .forEach(principal -> table.row(
                        principal.path("principal").asText(),
                        principal.path("origin").asText(),
                        AccessCells.joined(principal.path("roles")),
                        AccessCells.scope(principal),
                        AccessCells.instant(principal.path("lastUsedAt"), "never"),
                        AccessCells.instant(principal.path("expiresAt"), "never")));
        output().say(table);
    }
}
