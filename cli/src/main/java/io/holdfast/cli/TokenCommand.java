package io.holdfast.cli;

import io.holdfast.cli.rest.CommandException;
import picocli.CommandLine.Command;

@Command(
        name = "token",
        description = "Makes, lists and revokes tokens for programs.",
        subcommands = {TokenCreateCommand.class, TokenListCommand.class, TokenRevokeCommand.class},
        footer = {
            "",
            "Examples:",
            "  ./holdfast token create ci --role backup --source portal --expires 90d",
            "  ./holdfast token list",
            "  ./holdfast token revoke ci"
        })
final class TokenCommand extends BaseCommand {
    @Override
    void run() {
        throw CommandException.usage("token needs one of create, list and revoke");
    }
}
