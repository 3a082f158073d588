package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "drills",
        description = {
            "Lists drills, newest first.",
            "With --year: for each source, how many drills were due, done, passed and are missing."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast drills",
            "  ./holdfast drills --source portal --json",
            "  ./holdfast drills --year 2026 --format csv"
        })
final class DrillsCommand extends ServerCommand {
    private static final String PATH = "/api/drills";

    @Option(names = "--source", paramLabel = "SOURCE", description = "Only drills of this source.")
    private @Nullable String source;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "At most (default: 20).")
    private int limit;

    @Option(names = "--year", paramLabel = "YEAR", description = "The summary of this year.")
    private @Nullable Integer year;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "md",
            description = "Of the summary: md, csv or json (default: ${DEFAULT-VALUE}).")
    private String format;

    @Override
    void run() {
        HoldfastClient client = api();
        if (year == null) {
            list(client);
            return;
        }
        Map<String, String> query = new LinkedHashMap<>(Map.of("year", year.toString()));
        if (json()) {
            output().document(client.get(Service.VERIFIER, PATH + "/summary", query));
        } else {
            query.put("format", format);
            output().say(DrillCommand.text(client, PATH + "/summary", query));
        }
    }

    private void list(HoldfastClient client) {
        JsonNode drills =
                client.list(Service.VERIFIER, PATH, source == null ? Map.of() : Map.of("source", source), limit);
        output().document(drills);
        TextTable table = new TextTable("ID", "~SOURCE", "STATE", ">RESTORE", ">FAILED", "REQUESTED", "?BY");
        drills.path("items")
                .forEach(drill -> table.row(
                        drill.path("id").asText(),
                        drill.path("source").asText(),
                        drill.path("state").asText(),
                        drill.has("restoreMillis")
                                ? HumanFormat.duration(Duration.ofMillis(
                                        drill.path("restoreMillis").asLong()))
                                : "-",
                        drill.path("checksFailed").asText("-"),
                        HumanFormat.minute(
                                Instant.parse(drill.path("requestedAt").asText())),
                        drill.path("requestedBy").asText()));
        if (table.isEmpty()) {
            output().say("no drills; ./holdfast drill SOURCE holds one");
        } else {
            output().say(table);
        }
    }
}
