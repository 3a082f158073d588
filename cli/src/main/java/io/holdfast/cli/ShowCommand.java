package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.RestoreResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.rest.VerificationResponse;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows one backup with its tables, one restore, or one verification.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast show 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77",
            "  ./holdfast show 0197f0c4-6a2e",
            "  ./holdfast show 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 --json"
        })
final class ShowCommand extends ServerCommand {
    @Parameters(
            paramLabel = "ID",
            description = "The id of a backup, a restore or a verification, or its first 8 or more characters.")
    private IdPrefix given;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.shown());
        ResourceKind.Found found = ResourceKind.find(holdfastClient, id);
        switch (found.kind()) {
            case BACKUP ->
                show(holdfastClient, ServiceJson.read(found.document(), BackupResponse.class), found.document());
            case RESTORE -> show(ServiceJson.read(found.document(), RestoreResponse.class), found.document());
            case ALERT, DRILL -> throw new IllegalStateException("an id is not looked for among these");
            case VERIFICATION -> {
                output().document(found.document());
                DetailFormatter.lines(ServiceJson.read(found.document(), VerificationResponse.class))
                        .forEach(output()::say);
            }
        }
    }

    private void show(HoldfastClient holdfastClient, BackupResponse backup, JsonNode document) {
        DetailFormatter.lines(backup).forEach(output()::say);
        ProofCheckReader.lines(holdfastClient, backup).forEach(output()::say);
        ObjectNode whole = document.deepCopy();
        if (backup.stored()) {
            JsonNode tables =
                    holdfastClient.list(Service.BACKUP, "/api/backups/" + backup.id() + "/tables", Map.of(), 100_000);
            whole.set("tables", tables.path("items"));
            output().say("");
            output().say(table(tables.path("items")));
        }
        output().document(whole);
    }

    private void show(RestoreResponse restore, JsonNode document) {
        output().document(document);
        DetailFormatter.lines(restore).forEach(output()::say);
        List<RestoreResponse.TableResult> results = restore.tableResults();
        if (results != null && !results.isEmpty()) {
            output().say("");
            output().say(DetailFormatter.tables(results));
        }
    }

    private static TextTable table(JsonNode tables) {
        TextTable table = new TextTable("TABLE", ">ROWS", ">SIZE", "FINGERPRINT");
        tables.forEach(each -> table.row(
                each.path("name").asText(),
                HumanFormat.count(each.path("rows").asLong()),
                HumanFormat.bytes(each.path("bytes").asLong()),
                each.path("fingerprint").asText("-")));
        return table;
    }
}
