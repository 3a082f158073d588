package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The objectives of all sources, as backup-service reports them at {@code /api/status}. */
final class ObjectivesReport {
    private ObjectivesReport() {}

    static TextTable table(JsonNode status, Instant now) {
        TextTable table =
                new TextTable("~SOURCE", "STATE", "LAST BACKUP", "LAST PROOF", "RPO NOW", "?OBJECTIVE", "NEXT RUN");
        status.path("sources")
                .forEach(source -> table.row(
                        source.path("source").path("name").asText(),
                        source.path("state").asText(),
                        ago(source.path("lastBackup"), now),
                        ago(source.path("lastProof"), now),
                        age(source.path("rpoSeconds")),
                        age(source.path("rpoObjectiveSeconds")),
                        source.path("nextRun").isTextual()
                                ? HumanFormat.instant(Instant.parse(
                                                source.path("nextRun").asText()))
                                        .substring(5, 16)
                                : "-"));
        return table;
    }

    /** The alerts that have not ended, a line each. */
    static List<String> alerts(JsonNode status) {
        List<String> lines = new ArrayList<>();
        status.path("alerts")
                .forEach(alert -> lines.add(alert.path("severity").asText().toLowerCase(Locale.ROOT) + ": "
                        + alert.path("summary").asText()));
        return lines;
    }

    /** The names of the sources whose recovery point objective is broken. */
    static List<String> broken(JsonNode status) {
        List<String> broken = new ArrayList<>();
        status.path("sources").forEach(source -> {
            if (source.has("rpoMet") && !source.path("rpoMet").asBoolean()) {
                broken.add(source.path("source").path("name").asText());
            }
        });
        return broken;
    }

    private static String ago(JsonNode instant, Instant now) {
        return instant.isTextual() ? HumanFormat.ago(Instant.parse(instant.asText()), now) : "never";
    }

    private static String age(JsonNode seconds) {
        return seconds.isNumber() ? HumanFormat.duration(Duration.ofSeconds(seconds.asLong())) : "-";
    }
}
