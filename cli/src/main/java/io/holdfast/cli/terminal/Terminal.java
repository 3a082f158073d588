package io.holdfast.cli.terminal;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Standard output and error, in UTF-8 whatever the locale, since JSON has to be.
 *
 * @param interactive whether a person looks at it: progress bars instead of lines
 * @param columns the width of its lines
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
    private static final int USUAL_COLUMNS = 80;
    private static final int FEWEST_COLUMNS = 20;

    /** A terminal of 80 columns. */
    public Terminal(PrintStream out, PrintStream err, boolean interactive) {
        this(out, err, interactive, USUAL_COLUMNS);
    }

    /** This process's own. */
    public static Terminal system(Map<String, String> environment) {
        boolean dumb = "dumb".equals(environment.get("TERM")) || environment.containsKey("CI");
        return new Terminal(
                stream(FileDescriptor.out), stream(FileDescriptor.err), !dumb && hasConsole(), columns(environment));
    }

    /** Reads {@code COLUMNS}, which the entry script sets to the width of the terminal; 80 without it. */
    static int columns(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "").strip();
        return columns.matches("[1-9][0-9]{0,3}") ? Math.max(FEWEST_COLUMNS, Integer.parseInt(columns)) : USUAL_COLUMNS;
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    @SuppressWarnings("SystemConsoleNull") // it is null without a terminal before JDK 22; later ones are asked below
    private static boolean hasConsole() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try { // since JDK 22 there is a console even where there is no terminal, and a method that tells
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
