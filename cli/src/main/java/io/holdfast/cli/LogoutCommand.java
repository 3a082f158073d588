package io.holdfast.cli;

import picocli.CommandLine.Command;

@Command(
        name = "logout",
        description = "Removes the login for the platform, and revokes it at the identity provider.",
        footer = {"", "Examples:", "  ./holdfast logout", "  ./holdfast logout --server https://holdfast.example.com"})
final class LogoutCommand extends ServerCommand {
    @Override
    void run() {
        boolean was = CallerToken.logins(context()).logOut(endpoints(), output()::note);
        output().say(was ? "logged out" : "there is no login for this platform");
    }
}
