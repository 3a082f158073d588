package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.rest.SourceResponse;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
        name = "sources",
        description = {
            "Lists the protected databases with their last backup and last proof.",
            "retired: no longer in holdfast.yaml; the backups remain.",
            "RESTORABLE: whether the restoring role has the rights for a restore, checked daily."
        },
        footer = {"", "Examples:", "  ./holdfast sources", "  ./holdfast sources --json"})
final class SourcesCommand extends ServerCommand {
    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        JsonNode list = RestorableSourceReader.added(
                holdfastClient, holdfastClient.list(Service.BACKUP, "/api/sources", Map.of(), 1000));
        output().document(list);
        if (list.path("items").isEmpty()) {
            output().say("no sources; add one under holdfast.sources in holdfast.yaml");
        } else {
            output().say(table(list, context().pace().clock().instant()));
            RestorableSourceReader.reasons(list).forEach(output()::say);
        }
    }

    static TextTable table(JsonNode list, Instant now) {
        TextTable table = new TextTable(
                "~SOURCE", "?ENGINE", "?ENVIRONMENT", "LAST BACKUP", "STATE", "LAST PROVEN", "RESTORABLE");
        list.path("items").forEach(item -> {
            SourceResponse source = ServiceJson.read(item, SourceResponse.class);
            BackupResponse last = source.lastBackup();
            table.row(
                    source.name(),
                    DetailFormatter.orDash(source.engine()),
                    DetailFormatter.orDash(source.environment()),
                    age(last, now),
                    last == null ? "-" : last.state(),
                    age(source.lastProven(), now),
                    source.retired() == null ? RestorableSourceReader.cell(item) : "retired");
        });
        return table;
    }

    private static String age(@Nullable BackupResponse backup, Instant now) {
        if (backup == null) {
            return "never";
        }
        Instant at = backup.snapshotAt() == null ? backup.requestedAt() : backup.snapshotAt();
        return at == null ? "-" : HumanFormat.ago(at, now);
    }
}
