package io.holdfast.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Where the command line starts. Exit codes: 0 done, 1 the work failed, 2 wrong usage, 3 refused, 4 timed out waiting. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(CliContext.system(), args));
    }

    static int run(CliContext context, String... args) {
        return commandLine(context).execute(args.length == 0 ? new String[] {"--help"} : args);
    }

    static CommandLine commandLine(CliContext context) {
        CliErrorHandler cliErrorHandler = new CliErrorHandler(context);
        return new CommandLine(new RootCommand(context))
                .registerConverter(Duration.class, new DurationConverter())
                .registerConverter(UUID.class, Main::uuid)
                .registerConverter(IdPrefix.class, IdPrefix::parse)
                .registerConverter(Instant.class, Main::instant)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(80)
                .setUsageHelpLongOptionsMaxWidth(24)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(writer(context.terminal().out()))
                .setErr(writer(context.terminal().err()))
                .setParameterExceptionHandler(cliErrorHandler)
                .setExecutionExceptionHandler(cliErrorHandler);
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "\"" + text + "\" is not an id such as 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77");
        }
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "\"" + text + "\" is not an instant with its zone such as 2026-01-15T14:30:00Z");
        }
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
