package io.holdfast.cli.rest;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A command can't do what was asked. Its message is one line for people: what, where, what to do. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The exit codes that scripts rely on. */
    public enum Exit {
        DONE(0),
        FAILED(1),
        USAGE(2),
        REFUSED(3),
        TIMED_OUT(4);

        private final int code;

        Exit(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    private final Exit exit;
    private final transient @Nullable JsonNode document;

    private CommandException(Exit exit, String message, @Nullable JsonNode document, @Nullable Throwable cause) {
        super(message, cause);
        this.exit = exit;
        this.document = document;
    }

    public static CommandException failed(String message) {
        return new CommandException(Exit.FAILED, message, null, null);
    }

    public static CommandException failed(String message, Throwable cause) {
        return new CommandException(Exit.FAILED, message, null, cause);
    }

    public static CommandException failed(String message, @Nullable JsonNode document) {
        return new CommandException(Exit.FAILED, message, document, null);
    }

    public static CommandException usage(String message) {
        return new CommandException(Exit.USAGE, message, null, null);
    }

    public static CommandException refused(String message, @Nullable JsonNode document) {
        return new CommandException(Exit.REFUSED, message, document, null);
    }

    public static CommandException timedOut(String message, @Nullable JsonNode document) {
        return new CommandException(Exit.TIMED_OUT, message, document, null);
    }

    public Exit exit() {
        return exit;
    }

    /** What {@code --json} prints on standard output: the problem, or the object in its final state. */
    public @Nullable JsonNode document() {
        return document;
    }

    /** The failure's code, such as {@code SOURCE_UNKNOWN}; empty if none was given. */
    public String problemCode() {
        return document == null
                ? ""
                : document.path("code")
                        .asText(document.path("reason").path("code").asText());
    }
}
