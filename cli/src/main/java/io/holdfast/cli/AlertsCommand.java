package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ShortIds;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "alerts",
        description = {
            "Shows the alerts that have not ended, newest first.",
            "An alert is PENDING, FIRING, ACKNOWLEDGED or RESOLVED."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast alerts",
            "  ./holdfast alerts portal --state resolved --limit 20",
            "  ./holdfast alerts --silences"
        })
final class AlertsCommand extends ServerCommand {
    @Parameters(paramLabel = "SOURCE", arity = "0..1", defaultValue = "", description = "Only of this source.")
    private String source;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            defaultValue = "",
            description = "Only in this state: pending, firing, acknowledged or resolved.")
    private String state;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--silences", description = "Show instead the silences that have not ended.")
    private boolean silences;

    @Override
    void run() {
        if (silences) {
            JsonNode list = api().list(Service.NOTIFIER, "/api/silences", Map.of(), limit);
            output().document(list);
            output().say(silences(list));
            return;
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("source", source);
        query.put("state", state.toUpperCase(Locale.ROOT));
        JsonNode list = api().list(Service.NOTIFIER, "/api/alerts", query, limit);
        output().document(list);
        output().say(table(list));
    }

    private static TextTable table(JsonNode list) {
        List<String> all = new ArrayList<>();
        list.path("items").forEach(item -> all.add(item.path("id").asText()));
        UnaryOperator<String> ids = ShortIds.of(all);
        TextTable table = new TextTable("ID", "STATE", "SEVERITY", "RULE", "SOURCE", "SINCE", "WHAT");
        list.path("items")
                .forEach(item -> table.row(
                        ids.apply(item.path("id").asText()),
                        item.path("state").asText() + (item.has("muted") ? " (muted)" : ""),
                        item.path("severity").asText(),
                        item.path("rule").asText(),
                        item.path("source").asText("-"),
                        time(item.path("firstSeen")),
                        item.path("summary").asText()));
        return table;
    }

    private static TextTable silences(JsonNode list) {
        TextTable table = new TextTable("SOURCE", "RULE", "UNTIL", "BY", "REASON");
        list.path("items")
                .forEach(item -> table.row(
                        item.path("source").asText("all"),
                        item.path("rule").asText("all"),
                        time(item.path("until")),
                        item.path("createdBy").asText(),
                        item.path("reason").asText()));
        return table;
    }

    private static String time(JsonNode instant) {
        return HumanFormat.instant(Instant.parse(instant.asText())).substring(0, 16);
    }
}
