package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.config.Durations;
import io.holdfast.devstack.Service;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pause",
        description = "Pauses the scheduled backups of a source. Backups that are requested still run.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast pause portal --until 2h --reason upgrade",
            "  ./holdfast pause portal --until 2026-01-15T16:00:00Z --reason migration"
        })
final class PauseCommand extends ServerCommand {
    @Parameters(paramLabel = "SOURCE", description = "The source.")
    private String source;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            required = true,
            description = "End of the pause: a duration from now, such as 2h, or an instant. At most 90 days.")
    private String until;

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for people.")
    private String reason;

    @Override
    void run() {
        Instant end = instant(until, context().pace().clock().instant());
        JsonNode answer = api().post(
                        Service.BACKUP,
                        "/api/sources/" + source + "/pause",
                        Map.of("until", end.toString(), "reason", reason));
        output().document(answer);
        output().say("source " + source + " is paused until " + HumanFormat.instant(end) + "; ./holdfast resume "
                + source + " ends the pause");
    }

    private static Instant instant(String text, Instant now) {
        try {
            return text.contains("T") ? Instant.parse(text) : now.plus(Durations.parse(text));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw CommandException.usage("--until \"" + text
                    + "\" is neither a duration such as 2h nor an instant such as 2026-01-15T16:00:00Z");
        }
    }
}
