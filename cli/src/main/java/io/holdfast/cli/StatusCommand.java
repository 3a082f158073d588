package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ProgressResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ShortIds;
import io.holdfast.cli.terminal.TextTable;
import io.holdfast.devstack.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;

@Command(
        name = "status",
        description = {
            "Shows the five services, every source with its last backup and proof, and what runs now. Warns if no copy"
                    + " of the vault's key is confirmed, of what the vault's bucket does not guarantee, and of services"
                    + " that refused a changed holdfast.yaml or have different ones."
        },
        footer = {
            "",
            "Exits with 1 if a service is not ready, the vault cannot be used, or a source breaks its",
            "recovery point objective.",
            "",
            "Examples:",
            "  ./holdfast status",
            "  ./holdfast status --json"
        })
final class StatusCommand extends ServerCommand {
    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        ObjectNode status = ServiceJson.object();
        ObjectNode services = status.putObject("services");
        List<String> unready = new ArrayList<>();
        for (Service service : Service.values()) {
            String why = holdfastClient.unready(service);
            services.put(service.module(), why.isEmpty() ? "ready" : why);
            if (!why.isEmpty()) {
                unready.add(service.module());
            }
        }
        showServices(holdfastClient, services);
        JsonNode configurations = ServiceConfigurations.of(holdfastClient);
        status.set("configurations", configurations);
        ServiceConfigurations.warnings(configurations).forEach(output()::note);
        String problem = "";
        List<String> broken = List.of();
        if (services.path(Service.BACKUP.module()).asText().equals("ready")) {
            sources(holdfastClient, status);
            broken = objectives(holdfastClient, status);
            problem = vault(holdfastClient, status);
        }
        if (unready.isEmpty()) {
            running(holdfastClient, status);
        }
        if (!unready.isEmpty()) {
            throw CommandException.failed(
                    "not ready: " + String.join(", ", unready)
                            + "; start the platform with ./holdfast up, or look at their logs",
                    status);
        }
        if (!problem.isEmpty()) {
            throw CommandException.failed("the vault cannot be used: " + problem, status);
        }
        if (!broken.isEmpty()) {
            throw CommandException.failed(
                    "the recovery point objective is broken: " + String.join(", ", broken)
                            + "; take a backup: ./holdfast backup " + broken.getFirst() + " --wait proven",
                    status);
        }
        output().document(status);
    }

    private void showServices(HoldfastClient holdfastClient, ObjectNode services) {
        TextTable table = new TextTable("SERVICE", "AT", "~STATE");
        for (Service service : Service.values()) {
            table.row(
                    service.module(),
                    holdfastClient.endpoints().of(service).toString(),
                    services.path(service.module()).asText());
        }
        output().say(table);
    }

    private void sources(HoldfastClient holdfastClient, ObjectNode status) {
        JsonNode sources = RestorableSourceReader.added(
                holdfastClient, holdfastClient.list(Service.BACKUP, "/api/sources", Map.of(), 1000));
        status.set("sources", sources.path("items"));
        output().say("");
        output().say(SourcesCommand.table(sources, context().pace().clock().instant()));
        RestorableSourceReader.reasons(sources).forEach(output()::say);
    }

    /** @return sources with a broken objective */
    private List<String> objectives(HoldfastClient holdfastClient, ObjectNode status) {
        JsonNode report = holdfastClient.get(Service.BACKUP, "/api/status");
        status.set("objectives", report.path("sources"));
        status.set("alerts", report.path("alerts"));
        if (!report.path("sources").isEmpty()) {
            output().say("");
            output().say(ObjectivesReport.table(report, context().pace().clock().instant()));
        }
        ObjectivesReport.alerts(report).forEach(output()::say);
        return ObjectivesReport.broken(report);
    }

    /**
     * Shows the vault. Its failure does not end the command, so that the rest is shown too.
     *
     * @return the failure's message; empty without a failure
     */
    private String vault(HoldfastClient holdfastClient, ObjectNode status) {
        try {
            JsonNode vault = holdfastClient.get(Service.BACKUP, "/api/vault");
            status.set("vault", vault);
            VaultWarnings.of(vault).forEach(output()::note);
            return "";
        } catch (CommandException failure) {
            status.putObject("vault").put("problem", failure.getMessage());
            return String.valueOf(failure.getMessage());
        }
    }

    private void running(HoldfastClient holdfastClient, ObjectNode status) {
        ArrayNode running = status.putArray("running");
        for (String state : new String[] {"REQUESTED", "RUNNING"}) {
            collect(holdfastClient, ResourceKind.BACKUP, state, running);
        }
        for (String state : new String[] {"REQUESTED", "PREFLIGHT", "LOADING", "CHECKING"}) {
            collect(holdfastClient, ResourceKind.RESTORE, state, running);
        }
        output().say("");
        if (running.isEmpty()) {
            output().say("nothing runs now");
            return;
        }
        UnaryOperator<String> ids = ShortIds.of(running.findValuesAsText("id"));
        TextTable table = new TextTable("RUNNING", "ID", "~SOURCE", "STATE", "~PROGRESS");
        running.forEach(job -> table.row(
                job.path("job").asText(),
                ids.apply(job.path("id").asText()),
                job.path("source").path("name").asText(),
                job.path("state").asText(),
                progress(job.path("progress"))));
        output().say(table);
    }

    private static void collect(
            HoldfastClient holdfastClient, ResourceKind resourceKind, String state, ArrayNode running) {
        holdfastClient
                .list(resourceKind.service(), resourceKind.listPath(), Map.of("state", state), 100)
                .path("items")
                .forEach(item -> {
                    ObjectNode job = item.deepCopy();
                    running.add(job.put("job", resourceKind.name().toLowerCase(Locale.ROOT)));
                });
    }

    private static String progress(JsonNode node) {
        if (!node.isObject()) {
            return "-";
        }
        ProgressResponse progress = ServiceJson.read(node, ProgressResponse.class);
        return progress.phase() + ", " + HumanFormat.bytes(progress.doneBytes());
    }
}
