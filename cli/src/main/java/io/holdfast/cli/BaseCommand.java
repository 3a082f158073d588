package io.holdfast.cli;

import io.holdfast.cli.terminal.CommandOutput;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command has. A command that returns did what was asked; else it throws a CommandFailure. */
@Command(
        sortOptions = false,
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%n",
        commandListHeading = "%nCommands:%n")
abstract class BaseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON on standard output, and nothing else.", order = 90)
    private boolean json;

    @SuppressWarnings("UnusedVariable") // declared for picocli
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.",
            order = 99)
    private boolean help;

    abstract void run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        run();
        return 0;
    }

    boolean json() {
        return json;
    }

    CliContext context() {
        return root().context();
    }

    RootCommand root() {
        return (RootCommand) spec.root().userObject();
    }

    CommandOutput output() {
        return new CommandOutput(context().terminal(), json);
    }
}
