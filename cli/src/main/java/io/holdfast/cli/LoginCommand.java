package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.login.Login;
import io.holdfast.cli.login.Logins;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.devstack.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "login",
        description = {
            "Logs in at the platform's identity provider, in a browser on any device.",
            "Later commands for the same platform use the login, and refresh it.",
            "HOLDFAST_TOKEN and HOLDFAST_TOKEN_FILE take precedence."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast login",
            "  ./holdfast login --server https://holdfast.example.com",
            "  ./holdfast login --issuer https://sso.example.com --client-id holdfast"
        })
final class LoginCommand extends ServerCommand {
    @Option(
            names = "--issuer",
            paramLabel = "URL",
            defaultValue = "",
            description = "The identity provider. Default: what the platform names.")
    private String issuer;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            defaultValue = "",
            description = "The client at the provider. Default: what the platform names.")
    private String clientId;

    @Option(
            names = "--scope",
            paramLabel = "SCOPES",
            defaultValue = "openid profile",
            description = "Requested scopes. Default: \"openid profile\". Some providers need offline_access"
                    + " to refresh logins.")
    private String scope;

    @Override
    void run() {
        ServiceEndpoints platform = endpoints();
        if (issuer.isEmpty() || clientId.isEmpty()) {
            JsonNode named = new HoldfastClient(platform, null, ServiceTrust.of(platform, context()))
                    .get(Service.BACKUP, "/api/access/login");
            issuer = issuer.isEmpty() ? named.path("issuer").asText("") : issuer;
            clientId = clientId.isEmpty() ? named.path("clientId").asText("") : clientId;
        }
        if (issuer.isEmpty() || clientId.isEmpty()) {
            throw CommandException.refused(
                    "this platform has no identity provider (access.oidc); use HOLDFAST_TOKEN", null);
        }
        Login login = CallerToken.logins(context()).logIn(platform, issuer, clientId, scope, this::invite);
        output().document(ServiceJson.object()
                .put("issuer", login.issuer())
                .put("expiresAt", login.expiresAt().toString()));
        output().say("logged in; ./holdfast whoami shows the roles");
    }

    private void invite(Logins.Invitation invitation) {
        String complete = invitation.completeAddress();
        output().note("Open " + (complete == null ? invitation.address() : complete));
        output().note("and confirm the code " + invitation.code());
    }
}
