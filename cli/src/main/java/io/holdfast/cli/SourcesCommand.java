package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.Backup;
import io.holdfast.cli.rest.Json;
import io.holdfast.cli.rest.Source;
import io.holdfast.cli.terminal.Human;
import io.holdfast.cli.terminal.Table;
import io.holdfast.devstack.Service;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
        name = "sources",
        description = "Lists the protected databases with their last backup and last proof.",
        footer = {"", "Examples:", "  ./holdfast sources", "  ./holdfast sources --json"})
final class SourcesCommand extends ServerCommand {
    @Override
    void run() {
        JsonNode list = api().list(Service.BACKUP, "/api/sources", Map.of(), 1000);
        output().document(list);
        if (list.path("items").isEmpty()) {
            output().say("no sources; add one under holdfast.sources in holdfast.yaml");
        } else {
            output().say(table(list, context().pace().clock().instant()));
        }
    }

    static Table table(JsonNode list, Instant now) {
        Table table = new Table("SOURCE", "ENGINE", "ENVIRONMENT", "LAST BACKUP", "STATE", "LAST PROVEN");
        list.path("items").forEach(item -> {
            Source source = Json.read(item, Source.class);
            Backup last = source.lastBackup();
            table.row(
                    source.name(),
                    Descriptions.orDash(source.engine()),
                    Descriptions.orDash(source.environment()),
                    age(last, now),
                    last == null ? "-" : last.state(),
                    age(source.lastProven(), now));
        });
        return table;
    }

    private static String age(@Nullable Backup backup, Instant now) {
        if (backup == null) {
            return "never";
        }
        Instant at = backup.snapshotAt() == null ? backup.requestedAt() : backup.snapshotAt();
        return at == null ? "-" : Human.ago(at, now);
    }
}
