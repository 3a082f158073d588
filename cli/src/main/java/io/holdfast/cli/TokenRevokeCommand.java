package io.holdfast.cli;

import io.holdfast.devstack.Service;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke",
        description = "Revokes a token. It is refused from now on, in every service within a second.",
        footer = {"", "Examples:", "  ./holdfast token revoke ci"})
final class TokenRevokeCommand extends ServerCommand {
    @Parameters(paramLabel = "NAME", description = "Name or id of the token.")
    private String name;

    @Override
    void run() {
        output().document(api().delete(Service.BACKUP, "/api/tokens/" + name, Map.of()));
        output().say("token " + name + " is revoked");
    }
}
