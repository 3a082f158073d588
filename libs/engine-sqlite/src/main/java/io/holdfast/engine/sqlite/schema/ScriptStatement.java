package io.holdfast.engine.sqlite.schema;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a definition, for the sqlite3 program. The program reads lines: it drops a carriage return at their end, and
 * takes one that is only {@code /} or {@code go} for a statement's end. SQLite itself lets a comment end with the text,
 * which in a script goes on.
 */
public record ScriptStatement(String sql) {
    private static final Pattern TOKEN = Pattern.compile(
            "'[^']*+'|\"[^\"]*+\"|`[^`]*+`|\\[[^\\]]*+]|(?<comment>--[^\n]*+|/\\*(?s:.*?)(?:\\*/|\\z))|(?<space>\\s++)");

    private static final Pattern ENDING_LINE = Pattern.compile("(?im)^\\s*(?:/|go)\\s*(?:--.*|/\\*.*)?$");

    /** Whether the program reads it as it is. */
    public boolean plain() {
        return !endsWithinComment()
                && sql.indexOf('\r') < 0
                && !ENDING_LINE.matcher(sql).find();
    }

    /** A statement that makes the same; without its comments, where it is not plain. */
    public String statement() {
        return (plain() ? sql : TOKEN.matcher(sql).replaceAll(ScriptStatement::plain)) + ";\n";
    }

    private static String plain(MatchResult token) {
        boolean kept = token.group("comment") == null && token.group("space") == null;
        return kept ? Matcher.quoteReplacement(token.group()) : " ";
    }

    private boolean endsWithinComment() {
        String last = "";
        Matcher token = TOKEN.matcher(sql);
        while (token.find()) {
            last = token.end() == sql.length() && token.group("comment") != null ? token.group() : "";
        }
        boolean closed = last.startsWith("/*") && last.length() >= 4 && last.endsWith("*/");
        return !last.isEmpty() && !closed;
    }
}
