package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.ActivityResponse;
import io.holdfast.cli.rest.CoverageResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ShortIds;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "activity",
        description = "Shows the activity log, newest first.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast activity --source portal --limit 20",
            "  ./holdfast activity --action database_restored --from 2026-01-01T00:00:00Z",
            "  ./holdfast activity --coverage"
        })
final class ActivityCommand extends ServerCommand {
    @Option(names = "--source", paramLabel = "SOURCE", defaultValue = "", description = "Only of this source.")
    private String source;

    @Option(names = "--action", paramLabel = "ACTION", defaultValue = "", description = "Only this action.")
    private String action;

    @Option(names = "--operator", paramLabel = "WHO", defaultValue = "", description = "Only by this operator.")
    private String operator;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            defaultValue = "",
            description = "Not before: 2026-01-15T14:30:00Z.")
    private String from;

    @Option(names = "--to", paramLabel = "INSTANT", defaultValue = "", description = "Before this instant.")
    private String to;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--coverage", description = "Show instead which events are recorded, and whether any are missing.")
    private boolean coverage;

    @Override
    void run() {
        if (coverage) {
            coverage();
            return;
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("source", source);
        query.put("action", action);
        query.put("operator", operator);
        query.put("from", from);
        query.put("to", to);
        JsonNode list = api().list(Service.AUDIT, "/api/activity", query, limit);
        output().document(list);
        output().say(table(list));
    }

    static TextTable table(JsonNode list) {
        List<String> entities = new ArrayList<>();
        list.path("items").forEach(item -> entities.add(item.path("entityId").asText()));
        UnaryOperator<String> ids = ShortIds.of(entities);
        TextTable table = new TextTable("WHEN (UTC)", "ACTION", "~SOURCE", "~OF", "?STATUS", "?OPERATOR");
        list.path("items").forEach(item -> {
            ActivityResponse activity = ServiceJson.read(item, ActivityResponse.class);
            table.row(
                    HumanFormat.instant(activity.createdAt()).replace("Z", ""),
                    activity.action() + (activity.repeated() ? " (repeated)" : ""),
                    DetailFormatter.orDash(activity.source()),
                    ids.apply(DetailFormatter.orDash(activity.entityId())),
                    DetailFormatter.orDash(activity.status()),
                    DetailFormatter.orDash(activity.operator()));
        });
        return table;
    }

    private void coverage() {
        JsonNode list = api().get(Service.AUDIT, "/api/activity/coverage");
        output().document(list);
        TextTable table = new TextTable("TOPIC", ">PARTITION", ">FIRST", ">LAST", ">RECORDED", "MISSING");
        list.path("items").forEach(item -> {
            CoverageResponse each = ServiceJson.read(item, CoverageResponse.class);
            table.row(
                    each.topic(),
                    Integer.toString(each.partition()),
                    Long.toString(each.first()),
                    Long.toString(each.last()),
                    Long.toString(each.recorded()),
                    missing(each));
        });
        output().say(table);
    }

    private static String missing(CoverageResponse coverage) {
        return coverage.gaps() == null || coverage.complete()
                ? "nothing"
                : coverage.gaps().stream()
                        .map(gap -> gap.from() + "-" + gap.to())
                        .collect(Collectors.joining(", "));
    }
}
