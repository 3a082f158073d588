package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.JobPoller;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.RestoreResponse;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.devstack.Service;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description = {
            "Brings back the state before a restore that replaced a database or wrote into one.",
            "In seconds while what it replaced is kept; afterwards by its safety backup, as a restore of its own."
        },
        footer = {"", "Examples:", "  ./holdfast rollback 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77"})
final class RollbackCommand extends ServerCommand {
    @Parameters(paramLabel = "RESTORE", description = "The restore's id, or its first 8 or more characters.")
    private IdPrefix given;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "4h",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.RESTORE);
        JsonNode answer = holdfastClient.post(Service.RESTORE, "/api/restores/" + id + "/rollback", null);
        String going = answer.path("id").asText();
        if (!going.equals(id)) {
            output().say("what it replaced is gone; restore " + going + " brings its safety backup back");
            RestoreWaiter.await(holdfastClient, context(), output(), going, "rollback of " + id, timeout);
            return;
        }
        JsonNode ended = new JobPoller(context().pace(), output(), timeout)
                .until(
                        "rollback of " + id,
                        () -> holdfastClient.get(Service.RESTORE, "/api/restores/" + id),
                        job -> ServiceJson.read(job, RestoreResponse.class).rolledBack());
        if (!ended.path("state").asText().equals("ROLLED_BACK")) {
            throw CommandException.failed(
                    "restore " + id + " is " + ended.path("state").asText(), ended);
        }
        output().document(ended);
        output().say("restore " + id + " is rolled back: the database is as it was before it");
    }
}
