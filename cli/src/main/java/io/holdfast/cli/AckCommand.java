package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.devstack.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ack",
        description = "Acknowledges an alert: stops its messages and its escalation for a time.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast ack 0197f0c4 --note disk-is-replaced",
            "  ./holdfast ack 0197f0c4 --for 2h --note on-it"
        })
final class AckCommand extends ServerCommand {
    @Parameters(paramLabel = "ALERT", description = "The alert's id, or its first 8 or more characters.")
    private IdPrefix given;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "How long, at most 30d; 24h unless given. The alert fires again afterwards.")
    private @Nullable Duration lasting;

    @Option(names = "--note", paramLabel = "TEXT", required = true, description = "What is being done, for people.")
    private String note;

    @Override
    void run() {
        HoldfastClient client = api();
        String id = IdResolver.resolve(client, given, ResourceKind.ALERT);
        Map<String, String> body = new LinkedHashMap<>();
        body.put("note", note);
        if (lasting != null) {
            body.put("until", context().pace().clock().instant().plus(lasting).toString());
        }
        JsonNode alert = client.post(Service.NOTIFIER, "/api/alerts/" + id + "/acknowledgement", body);
        output().document(alert);
        output().say("alert " + id + " (" + alert.path("rule").asText() + ") is acknowledged until "
                + HumanFormat.instant(Instant.parse(
                        alert.path("acknowledgement").path("until").asText())));
    }
}
