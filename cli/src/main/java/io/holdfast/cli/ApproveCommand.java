package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.devstack.Service;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "approve",
        description = {
            "Approves what another user requested: a restore as it is planned now (./holdfast show RESTORE has the plan),"
                    + " the deletion of a newest proven backup, or an export.",
            "HOLDFAST_TOKEN has to be a token with the role approver."
        },
        footer = {"", "Examples:", "  ./holdfast approve 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77"})
final class ApproveCommand extends ServerCommand {
    @Parameters(paramLabel = "ID", description = "Its id, or the first 8 or more characters.")
    private IdPrefix given;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String approval = operation(holdfastClient);
        if (approval != null) {
            JsonNode answer = holdfastClient.post(Service.BACKUP, "/api/approvals/" + approval, null);
            output().document(answer);
            output().say(answer.path("operation").asText() + " of backup "
                    + answer.path("backupId").asText() + " is approved; "
                    + answer.path("requester").asText() + " may do it until "
                    + answer.path("expiresAt").asText());
            return;
        }
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.RESTORE);
        JsonNode answer = holdfastClient.post(Service.RESTORE, "/api/restores/" + id + "/approval", null);
        output().document(answer);
        output().say("restore " + id + " is approved; it goes on: ./holdfast show " + id);
    }

    /** Returns the id of the deletion or export with this id or prefix; null if there is none. */
    private @Nullable String operation(HoldfastClient holdfastClient) {
        JsonNode found = holdfastClient
                .list(Service.BACKUP, "/api/approvals", Map.of("id", given.text()), 2)
                .path("items");
        return found.size() == 1 ? found.path(0).path("id").asText() : null;
    }
}
