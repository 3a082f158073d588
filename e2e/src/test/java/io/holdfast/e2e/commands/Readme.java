package io.holdfast.e2e.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The commands of README.md or another page: every line of its indented blocks. */
final class Readme {
    static final String FILE = "README.md";

    private static final String INDENT = "    ";

    private Readme() {}

    /** As a person would type them, one after the other: continued lines and here-documents whole, columns apart. */
    static List<String> commands(String file) throws IOException {
        List<String> commands = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        for (String line : indented(file)) {
            open.append(open.isEmpty() ? "" : "\n").append(line);
            if (isComplete(open.toString())) {
                Stream.of(open.toString().split(" {2,}(?=\\./holdfast)", -1))
                        .map(command ->
                                command.replaceFirst(" {2,}#[^\n]*$", "").strip())
                        .forEach(commands::add);
                open.setLength(0);
            }
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException(file + " has a command without its end: " + open);
        }
        return commands;
    }

    private static List<String> indented(String file) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean fenced = false;
        for (String line : Files.readAllLines(Entry.checkout().resolve(file))) {
            if (line.startsWith("```")) {
                fenced = !fenced;
                if (fenced && !line.equals("```mermaid")) {
                    throw new IllegalStateException(
                            file + " has a fenced block of commands; indent it, so that it is run");
                }
            } else if (!fenced && line.startsWith(INDENT) && !line.isBlank()) {
                lines.add(line.substring(INDENT.length()));
            }
        }
        return lines;
    }

    private static boolean isComplete(String command) {
        boolean here = command.contains("<<'END'");
        return here ? command.endsWith("\nEND") : !command.endsWith("\\");
    }
}
