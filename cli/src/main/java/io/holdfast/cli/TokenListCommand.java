package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "Lists tokens with their last use, the newest first.",
        footer = {"", "Examples:", "  ./holdfast token list", "  ./holdfast token list --all"})
final class TokenListCommand extends ServerCommand {
    @Option(names = "--all", description = "Also revoked tokens.")
    private boolean all;

    @Override
    void run() {
        JsonNode list = api().list(Service.BACKUP, "/api/tokens", Map.of(), 10_000);
        output().document(list);
        TextTable table = new TextTable("NAME", "ROLES", "~SCOPE", "LAST USED", "EXPIRES", "?MADE BY");
        list.path("items").forEach(token -> {
            boolean revoked = token.has("revokedAt");
            if (all || !revoked) {
                table.row(
                        token.path("name").asText(),
                        AccessCells.joined(token.path("roles")),
                        AccessCells.scope(token),
                        AccessCells.instant(token.path("lastUsedAt"), "never"),
                        revoked ? "revoked" : AccessCells.instant(token.path("expiresAt"), "never"),
                        token.path("createdBy").asText());
            }
        });
        if (table.isEmpty()) {
            output().say("no tokens; ./holdfast token create makes one");
        } else {
            output().say(table);
        }
    }
}
