package io.holdfast.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;

/** What one command says. With {@code --json} standard output holds JSON documents and nothing else. */
public final class CommandOutput {
    private final Terminal terminal;
    private final boolean json;

    public CommandOutput(Terminal terminal, boolean json) {
        this.terminal = terminal;
        this.json = json;
    }

    /** A line for people. */
    public void say(String line) {
        if (!json) {
            terminal.out().println(line);
        }
    }

    /** In the width of the terminal. */
    public void say(TextTable table) {
        table.lines(terminal.columns()).forEach(this::say);
    }

    /** The document for scripts. */
    public void document(JsonNode node) {
        if (json) {
            terminal.out().println(node.toPrettyString());
        }
    }

    /** A line that is not the answer: a warning, a hint. */
    public void note(String line) {
        terminal.err().println(line);
    }

    public ProgressLine progress(String what) {
        return new ProgressLine(what, terminal, json);
    }
}
