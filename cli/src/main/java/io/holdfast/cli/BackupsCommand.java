package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ShortIds;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.devstack.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "backups",
        description = "Lists backups, newest first.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast backups",
            "  ./holdfast backups portal --label before-migration",
            "  ./holdfast backups portal --state stored --state proven \\",
            "    --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z",
            "  ./holdfast backups portal --kind scheduled --limit 1 --json"
        })
final class BackupsCommand extends ServerCommand {
    @Parameters(paramLabel = "SOURCE", arity = "0..1", defaultValue = "", description = "Only of this source.")
    private String source;

    @Option(names = "--label", paramLabel = "LABEL", description = "Only with this label; may be repeated.")
    private List<String> labels = List.of();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description =
                    "Only in this state: requested, running, stored, proven, unproven, failed, cancelled, deleted."
                            + " May be repeated: in one of them.")
    private List<String> states = List.of();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "",
            description = "Only of this kind: manual, scheduled, safety.")
    private String kind;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            defaultValue = "",
            description = "Only with data of 2026-01-15T14:30:00Z or later.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            defaultValue = "",
            description = "Only with data before this instant.")
    private String to;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        Map<String, Object> query =
                Map.of("source", source, "label", labels, "state", states, "kind", kind, "from", from, "to", to);
        JsonNode list = SourceNameHints.hinting(
                holdfastClient, source, () -> holdfastClient.list(Service.BACKUP, "/api/backups", query, limit));
        output().document(list);
        TextTable table = table(list);
        if (table.isEmpty()) {
            output().say("no backups; take one with ./holdfast backup SOURCE");
        } else {
            output().say(table);
        }
    }

    static TextTable table(JsonNode list) {
        TextTable table =
                new TextTable("BACKUP", "~SOURCE", "STATE", "DATA OF", "?>SIZE", "?>ROWS", "?>STORED", "~LABELS");
        List<BackupResponse> backups = new ArrayList<>();
        list.path("items").forEach(item -> backups.add(ServiceJson.read(item, BackupResponse.class)));
        UnaryOperator<String> ids =
                ShortIds.of(backups.stream().map(BackupResponse::id).toList());
        backups.forEach(backup -> row(table, backup, ids));
        return table;
    }

    private static void row(TextTable table, BackupResponse backup, UnaryOperator<String> ids) {
        BackupTotals totals = backup.totals();
        Instant at = backup.snapshotAt() == null ? backup.requestedAt() : backup.snapshotAt();
        List<String> labels = backup.labels();
        table.row(
                ids.apply(backup.id()),
                backup.source().name(),
                backup.state() + (backup.partial() ? " partial" : "") + (backup.held() == null ? "" : " held"),
                at == null ? "-" : HumanFormat.minute(at),
                totals == null ? "-" : HumanFormat.bytes(totals.bytes()),
                totals == null ? "-" : HumanFormat.count(totals.rows()),
                totals == null ? "-" : HumanFormat.bytes(totals.storedBytes()),
                labels == null ? "" : String.join(", ", labels));
    }
}
