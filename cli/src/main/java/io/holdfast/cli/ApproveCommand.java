package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.devstack.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "approve",
        description = {
            "Approves the restore of another user, as it is planned now: ./holdfast show RESTORE has the plan.",
            "HOLDFAST_TOKEN has to be a token with the role approver."
        },
        footer = {"", "Examples:", "  ./holdfast approve 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77"})
final class ApproveCommand extends ServerCommand {
    @Parameters(paramLabel = "RESTORE", description = "The restore's id, or its first 8 or more characters.")
    private IdPrefix given;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.RESTORE);
        JsonNode answer = holdfastClient.post(Service.RESTORE, "/api/restores/" + id + "/approval", null);
        output().document(answer);
        output().say("restore " + id + " is approved; it goes on: ./holdfast show " + id);
    }
}
