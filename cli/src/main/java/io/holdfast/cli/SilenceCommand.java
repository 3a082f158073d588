package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.config.Durations;
import io.holdfast.devstack.Service;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "silence",
        description = "Silences the alerts of a source, of a rule, or of a rule of a source. They stay visible.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast silence --source portal --until 4h --reason migration",
            "  ./holdfast silence --rule disk-space --until 1d --reason cleanup"
        })
final class SilenceCommand extends ServerCommand {
    @Option(names = "--source", paramLabel = "SOURCE", description = "Only alerts of this source.")
    private @Nullable String source;

    @Option(names = "--rule", paramLabel = "RULE", description = "Only alerts of this rule, such as backup-failed.")
    private @Nullable String rule;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            required = true,
            description = "End: a duration from now, such as 4h, or an instant. At most 90 days.")
    private String until;

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for people.")
    private String reason;

    @Override
    void run() {
        if (source == null && rule == null) {
            throw CommandException.usage("silence needs --source or --rule");
        }
        Instant end = instant(until, context().pace().clock().instant());
        Map<String, String> body = new LinkedHashMap<>();
        if (source != null) {
            body.put("source", source);
        }
        if (rule != null) {
            body.put("rule", rule);
        }
        body.put("until", end.toString());
        body.put("reason", reason);
        JsonNode silence = api().post(Service.NOTIFIER, "/api/silences", body);
        output().document(silence);
        output().say("alerts " + (rule == null ? "" : "of rule " + rule + " ")
                + (source == null ? "" : "of source " + source + " ") + "are silent until " + HumanFormat.instant(end));
    }

    private static Instant instant(String text, Instant now) {
        try {
            return text.contains("T") ? Instant.parse(text) : now.plus(Durations.parse(text));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw CommandException.usage("--until \"" + text
                    + "\" is neither a duration such as 4h nor an instant such as 2026-01-15T16:00:00Z");
        }
    }
}
