package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.devstack.Service;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
            "  ./holdfast backups portal --state proven --limit 1 --json"
        })
final class BackupsCommand extends ServerCommand {
    @Parameters(paramLabel = "SOURCE", arity = "0..1", defaultValue = "", description = "Only of this source.")
    private String source;

    @Option(names = "--label", paramLabel = "LABEL", defaultValue = "", description = "Only with this label.")
    private String label;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "",
            description =
                    "Only in this state: requested, running, stored, proven, unproven, failed, cancelled, deleted.")
    private String state;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        Map<String, String> query = Map.of("source", source, "label", label, "state", state.toUpperCase(Locale.ROOT));
        JsonNode list = SourceNameHints.hinting(
                holdfastClient, source, () -> holdfastClient.list(Service.BACKUP, "/api/backups", query, limit));
        output().document(list);
        TextTable table = new TextTable("BACKUP", "SOURCE", "STATE", "DATA OF", ">ROWS", ">SIZE", ">STORED", "LABELS");
        list.path("items").forEach(item -> row(table, ServiceJson.read(item, BackupResponse.class)));
        if (table.isEmpty()) {
            output().say("no backups; take one with ./holdfast backup SOURCE");
        } else {
            output().say(table);
        }
    }

    private static void row(TextTable table, BackupResponse backup) {
        BackupTotals totals = backup.totals();
        Instant at = backup.snapshotAt() == null ? backup.requestedAt() : backup.snapshotAt();
        List<String> labels = backup.labels();
        table.row(
                backup.id(),
                backup.source().name(),
                backup.state() + (backup.partial() ? " (partial)" : "") + (backup.held() == null ? "" : ", held"),
                at == null ? "-" : HumanFormat.instant(at),
                totals == null ? "-" : HumanFormat.count(totals.rows()),
                totals == null ? "-" : HumanFormat.bytes(totals.bytes()),
                totals == null ? "-" : HumanFormat.bytes(totals.storedBytes()),
                labels == null ? "" : String.join(", ", labels));
    }
}
