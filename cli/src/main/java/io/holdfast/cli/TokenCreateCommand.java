package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.devstack.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = {
            "Makes a token and prints it. It is stored nowhere and cannot be shown again.",
            "Roles: viewer, backup, operator, restorer, approver, auditor, admin."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast token create ci --role backup --source portal --expires 90d",
            "  ./holdfast token create grafana --role viewer"
        })
final class TokenCreateCommand extends ServerCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the principal, for records.")
    private String name;

    @Option(names = "--role", paramLabel = "ROLE", required = true, description = "A role; may be repeated.")
    private List<String> roles = List.of();

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description = "Limits the roles to this source; may be repeated. Default: all sources.")
    private List<String> sources = List.of();

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            description = "Limits the roles to the sources of this environment; may be repeated.")
    private List<String> environments = List.of();

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "",
            description = "A duration from now, such as 90d, or an instant. Default: never.")
    private String expires;

    @Override
    void run() {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("name", name);
        request.put("roles", roles);
        request.put("sources", sources);
        request.put("environments", environments);
        request.put("expires", expires);
        JsonNode made = api().post(Service.BACKUP, "/api/tokens", request);
        output().document(made);
        output().note("token " + name + " is made; it is shown this once:");
        output().say(made.path("token").asText());
    }
}
