package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;

@Command(
        name = "reload",
        description = {
            "Applies a changed holdfast.yaml in all five services now. The services also find a changed file by"
                    + " themselves, within 10 seconds."
        },
        footer = {
            "",
            "Exits with 3 if a service refused the file, and with 1 if a service did not answer.",
            "",
            "Examples:",
            "  ./holdfast config reload",
            "  ./holdfast config reload --json"
        })
final class ConfigReloadCommand extends ServerCommand {
    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        ObjectNode document = ServiceJson.object();
        ObjectNode services = document.putObject("services");
        TextTable table = new TextTable("SERVICE", "RESULT", "SHA-256");
        Set<String> problems = new LinkedHashSet<>();
        List<String> refused = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Service service : Service.values()) {
            JsonNode answer = reload(holdfastClient, service);
            services.set(service.module(), answer);
            String result = answer.path("result").asText();
            table.row(
                    service.module(),
                    result.toLowerCase(Locale.ROOT),
                    answer.path("digest").isTextual()
                            ? ServiceConfigurations.shown(answer.path("digest").asText())
                            : "-");
            answer.path("problems").forEach(problem -> problems.add(problem.asText()));
            switch (result) {
                case "APPLIED", "UNCHANGED" -> {}
                case "REFUSED" -> refused.add(service.module());
                default -> failed.add(service.module());
            }
        }
        output().say(table);
        problems.forEach(output()::note);
        if (!refused.isEmpty()) {
            throw CommandException.refused(
                    "the changed holdfast.yaml is refused, and the former one stays in effect, in "
                            + String.join(", ", refused),
                    document);
        }
        if (!failed.isEmpty()) {
            throw CommandException.failed("the file is not applied in " + String.join(", ", failed), document);
        }
        output().document(document);
    }

    private static JsonNode reload(HoldfastClient holdfastClient, Service service) {
        try {
            return holdfastClient.post(service, "/api/configuration/reload", null);
        } catch (CommandException failure) {
            ObjectNode answer = ServiceJson.object().put("result", "FAILED");
            answer.putArray("problems").add(String.valueOf(failure.getMessage()));
            return answer;
        }
    }
}
