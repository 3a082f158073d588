package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.Api;
import io.holdfast.cli.rest.Backup;
import io.holdfast.cli.rest.Json;
import io.holdfast.cli.rest.Restore;
import io.holdfast.cli.rest.Verification;
import io.holdfast.cli.terminal.Human;
import io.holdfast.cli.terminal.Table;
import io.holdfast.devstack.Service;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows one backup with its tables, one restore, or one verification.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast show 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77",
            "  ./holdfast show 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 --json"
        })
final class ShowCommand extends ServerCommand {
    @Parameters(paramLabel = "ID", description = "The id of a backup, a restore or a verification.")
    private UUID id;

    @Override
    void run() {
        Api api = api();
        Kind.Found found = Kind.find(api, id.toString());
        switch (found.kind()) {
            case BACKUP -> show(api, Json.read(found.document(), Backup.class), found.document());
            case RESTORE -> show(Json.read(found.document(), Restore.class), found.document());
            case VERIFICATION -> {
                output().document(found.document());
                Descriptions.lines(Json.read(found.document(), Verification.class))
                        .forEach(output()::say);
            }
        }
    }

    private void show(Api api, Backup backup, JsonNode document) {
        Descriptions.lines(backup).forEach(output()::say);
        ObjectNode whole = document.deepCopy();
        if (backup.stored()) {
            JsonNode tables = api.list(Service.BACKUP, "/api/backups/" + id + "/tables", Map.of(), 100_000);
            whole.set("tables", tables.path("items"));
            output().say("");
            output().say(table(tables.path("items")));
        }
        output().document(whole);
    }

    private void show(Restore restore, JsonNode document) {
        output().document(document);
        Descriptions.lines(restore).forEach(output()::say);
        List<Restore.TableResult> results = restore.tableResults();
        if (results != null && !results.isEmpty()) {
            output().say("");
            output().say(Descriptions.tables(results));
        }
    }

    private static Table table(JsonNode tables) {
        Table table = new Table("TABLE", ">ROWS", ">SIZE", "FINGERPRINT");
        tables.forEach(each -> table.row(
                each.path("name").asText(),
                Human.count(each.path("rows").asLong()),
                Human.bytes(each.path("bytes").asLong()),
                each.path("fingerprint").asText("-")));
        return table;
    }
}
