package io.holdfast.engine.postgres.snapshot;

import java.util.regex.Pattern;

/** Statements of other sessions in messages: shortened, and without literals, which may hold content of rows or secrets. */
final class StatementText {
    private static final int LONGEST = 120;
    private static final Pattern COMMENT = Pattern.compile("--[^\n]*|/\\*.*?(\\*/|$)", Pattern.DOTALL);
    private static final Pattern QUOTED = Pattern.compile("'(?:[^']|'')*('|$)");
    private static final Pattern DOLLAR = Pattern.compile("\\$\\w*\\$.*", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w\"$])\\d+(\\.\\d+)?");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private StatementText() {}

    /** @return empty if the server does not show it */
    static String masked(String statement) {
        if (statement.startsWith("<")) {
            return ""; // <insufficient privilege>
        }
        String text = QUOTED.matcher(statement).replaceAll("…");
        text = DOLLAR.matcher(text).replaceAll("…");
        text = COMMENT.matcher(text).replaceAll(" ");
        text = NUMBER.matcher(text).replaceAll("…");
        text = SPACE.matcher(text).replaceAll(" ").strip();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
