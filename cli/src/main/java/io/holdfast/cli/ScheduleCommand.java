package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "schedule",
        description = {
            "Shows the last and the next scheduled backups of every source, or of one source.",
            "A slot is RAN, CAUGHT_UP (started late), SKIPPED or MISSED."
        },
        footer = {"", "Examples:", "  ./holdfast schedule", "  ./holdfast schedule portal --json"})
final class ScheduleCommand extends ServerCommand {
    @Parameters(paramLabel = "SOURCE", arity = "0..1", description = "Only this source.")
    private @Nullable String source;

    @Override
    void run() {
        HoldfastClient client = api();
        JsonNode list = source == null
                ? client.get(Service.BACKUP, "/api/schedule")
                : client.get(Service.BACKUP, "/api/schedule", Map.of("source", source));
        output().document(list);
        output().say(table(list));
        list.path("items").forEach(this::pause);
        if (source != null) {
            output().say("");
            output().say(slots(list.path("items").path(0).path("slots")));
        }
    }

    private static TextTable table(JsonNode list) {
        TextTable table = new TextTable("SOURCE", "SCHEDULE", "ZONE", "LAST SLOT", "STATE", "NEXT START");
        list.path("items").forEach(item -> {
            String name = item.path("source").path("name").asText();
            if (item.path("schedules").isEmpty()) {
                table.row(name, "-", "-", "-", "-", "on request");
            }
            item.path("schedules").forEach(schedule -> {
                JsonNode last = last(item, schedule.path("schedule").asText());
                table.row(
                        name,
                        schedule.path("schedule").asText(),
                        item.path("timezone").asText(),
                        time(last.path("fireTime")),
                        last.path("state").asText("-"),
                        time(schedule.path("next")));
            });
        });
        return table;
    }

    private static JsonNode last(JsonNode item, String schedule) {
        for (JsonNode slot : item.path("slots")) {
            if (slot.path("schedule").asText().equals(schedule)) {
                return slot;
            }
        }
        return MissingNode.getInstance();
    }

    private void pause(JsonNode item) {
        JsonNode pause = item.path("pause");
        if (!pause.isMissingNode()) {
            output().say("source " + item.path("source").path("name").asText() + " is paused until "
                    + time(pause.path("until")) + ": " + pause.path("reason").asText());
        }
    }

    private static TextTable slots(JsonNode slots) {
        TextTable table = new TextTable("SLOT", "STATE", "ATTEMPTS", "BACKUP OR REASON");
        slots.forEach(slot -> table.row(
                time(slot.path("fireTime")),
                slot.path("state").asText(),
                slot.path("attempts").asText(),
                slot.path("backupId").asText(slot.path("reason").asText("-"))));
        return table;
    }

    private static String time(JsonNode instant) {
        return instant.isTextual()
                ? HumanFormat.instant(Instant.parse(instant.asText())).substring(0, 16)
                : "-";
    }
}
