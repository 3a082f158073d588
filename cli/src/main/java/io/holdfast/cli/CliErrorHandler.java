package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.CommandException.Exit;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.config.ConfigException;
import io.holdfast.config.NameSuggestion;
import io.holdfast.contracts.HoldfastException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever went wrong into one line on standard error and an exit code. */
final class CliErrorHandler implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final CliContext context;

    CliErrorHandler(CliContext context) {
        this.context = context;
    }

    @Override
    public int handleParseException(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        complain(message(problem, command) + "; see " + command.getCommandSpec().qualifiedName() + " --help");
        trace(problem);
        return Exit.USAGE.code();
    }

    @Override
    public int handleExecutionException(Exception problem, CommandLine command, ParseResult parsed) {
        trace(problem);
        return switch (problem) {
            case CommandException holdfastException -> failed(holdfastException, command);
            case ConfigException config -> {
                config.problems().forEach(each -> complain(each.toString()));
                yield Exit.FAILED.code();
            }
            case HoldfastException holdfastException -> {
                complain(holdfastException.getMessage() + " [" + holdfastException.code() + "]");
                yield Exit.FAILED.code();
            }
            case IllegalStateException state -> { // from the development stack: it says what did not start, and why
                complain(String.valueOf(state.getMessage()));
                yield Exit.FAILED.code();
            }
            default -> {
                complain("unexpected " + problem.getClass().getSimpleName() + ": " + problem.getMessage()
                        + "; HOLDFAST_DEBUG=1 shows where");
                yield Exit.FAILED.code();
            }
        };
    }

    private int failed(CommandException holdfastException, CommandLine command) {
        JsonNode document = holdfastException.document();
        if (document != null && command.getCommand() instanceof BaseCommand asked) {
            new CommandOutput(context.terminal(), asked.json()).document(document);
        }
        String code = holdfastException.problemCode();
        complain(holdfastException.getMessage() + (code.isEmpty() ? "" : " [" + code + "]"));
        return holdfastException.exit().code();
    }

    private static String message(ParameterException problem, CommandLine command) {
        if (problem instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unknown(unmatched.getUnmatched().getFirst(), command);
        }
        return String.valueOf(problem.getMessage()).replaceFirst("^Error: ", "");
    }

    private static String unknown(String word, CommandLine command) {
        boolean option = word.startsWith("-");
        List<String> known = option
                ? command.getCommandSpec().options().stream()
                        .map(CommandLine.Model.OptionSpec::longestName)
                        .toList()
                : List.copyOf(command.getSubcommands().keySet());
        String what = option ? "option" : known.isEmpty() ? "argument" : "command";
        return "unknown " + what + " \"" + word + "\""
                + NameSuggestion.of(word, known)
                        .map(near -> ", did you mean \"" + near + "\"?")
                        .orElse("");
    }

    private void complain(String line) {
        context.terminal().err().println("holdfast: " + line);
    }

    private void trace(Exception problem) {
        if (context.debug()) {
            problem.printStackTrace(context.terminal().err());
        }
    }
}
