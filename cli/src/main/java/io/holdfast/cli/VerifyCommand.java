package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.jobs.JobPoller;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.rest.VerificationResponse;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.devstack.Service;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        description = "Verifies a backup again, and waits for the outcome.",
        footer = {
            "",
            "Examples:",
            "  ./holdfast verify 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77",
            "  ./holdfast verify 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 --level intact"
        })
final class VerifyCommand extends ServerCommand {
    @Parameters(
            paramLabel = "ID",
            description = "The backup's id, or its first 8 or more characters; see ./holdfast backups.")
    private IdPrefix given;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            defaultValue = "proven",
            description =
                    "proven: restored and compared row by row (default); intact: every chunk there and authentic.")
    private VerificationLevel level;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "4h",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.BACKUP);
        JsonNode requested =
                holdfastClient.post(Service.VERIFIER, "/api/verifications", Map.of("backupId", id, "level", level));
        String verification = requested.path("id").asText();
        JsonNode ended = new JobPoller(context().pace(), output(), timeout)
                .until(
                        "verification of " + id,
                        () -> holdfastClient.get(Service.VERIFIER, "/api/verifications/" + verification),
                        job -> ServiceJson.read(job, VerificationResponse.class).ended());
        VerificationResponse outcome = ServiceJson.read(ended, VerificationResponse.class);
        if (!outcome.passed()) {
            throw CommandException.failed(
                    outcome.inconclusive()
                            ? "the verification says nothing of backup " + id + ", something else failed: "
                                    + outcome.why()
                            : "backup " + id + " is BAD: " + outcome.why(),
                    ended);
        }
        output().document(ended);
        DetailFormatter.lines(outcome).forEach(output()::say);
    }
}
