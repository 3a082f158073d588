package io.holdfast.cli;

import io.holdfast.cli.rest.CommandException;
import picocli.CommandLine.Command;

@Command(
        name = "access",
        description = "Reviews who may do what.",
        subcommands = AccessReviewCommand.class,
        footer = {"", "Examples:", "  ./holdfast access review"})
final class AccessCommand extends BaseCommand {
    @Override
    void run() {
        throw CommandException.usage("access needs review");
    }
}
