package io.holdfast.engine.postgres.dump;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads SQL as PostgreSQL's own programs write it: no comments between slashes, every quote within a literal doubled. */
final class SqlTokenizer {
    private static final Pattern DOLLARS = Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

    private SqlTokenizer() {}

    /**
     * @param text without its quotes
     * @param quoted whether it had any, so that it is a name and no keyword
     */
    record Word(String text, boolean quoted) {
        boolean is(String keyword) {
            return !quoted && text.equals(keyword);
        }
    }

    /** Of statements of the kinds that only name things: GRANT, REVOKE, ALTER … OWNER. */
    static List<Word> of(String statement) {
        List<Word> words = new ArrayList<>();
        int at = 0;
        while (at < statement.length()) {
            char c = statement.charAt(at);
            int end = c == '"' || c == '\''
                    ? closing(statement, at)
                    : Character.isWhitespace(c) ? at + 1 : bare(statement, at);
            if (c == '"') {
                words.add(new Word(statement.substring(at + 1, end - 1).replace("\"\"", "\""), true));
            } else if (!Character.isWhitespace(c) && c != '\'') {
                words.add(new Word(statement.substring(at, end), false));
            }
            at = end;
        }
        return words;
    }

    /** Statements without their semicolons. */
    static List<String> statements(String text) {
        List<String> statements = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\'') {
                at = closing(text, at) - 1;
            } else if (c == ';') {
                statements.add(text.substring(begin, at).strip());
                begin = at + 1;
            }
        }
        return statements;
    }

    /** The first place from {@code to} on that no literal, quoted name or comment covers that begins behind {@code from}. */
    static int uncovered(String text, int from, int to) {
        int at = from;
        while (at < to) {
            char c = text.charAt(at);
            if (c == '"' || c == '\'') {
                at = closing(text, at);
            } else if (c == '-' && text.startsWith("--", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end + 1;
            } else if (c == '$') {
                at = behindDollars(text, at);
            } else {
                at = Character.isLetter(c) || c == '_' ? bare(text, at) : at + 1;
            }
        }
        return at;
    }

    /** A parameter such as {@code $1} is no quote. */
    private static int behindDollars(String text, int at) {
        Matcher quote = DOLLARS.matcher(text).region(at, text.length());
        if (!quote.lookingAt()) {
            return at + 1;
        }
        int end = text.indexOf(quote.group(), quote.end());
        return end < 0 ? text.length() : end + quote.group().length();
    }

    /** Behind the quote that ends what begins here; doubled ones belong to it. */
    private static int closing(String text, int open) {
        char quote = text.charAt(open);
        int at = open + 1;
        while (at < text.length()) {
            if (text.charAt(at) == quote) {
                if (at + 1 == text.length() || text.charAt(at + 1) != quote) {
                    return at + 1;
                }
                at++;
            }
            at++;
        }
        return at;
    }

    private static int bare(String text, int from) {
        int at = from;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_$".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return Math.max(at, from + 1);
    }
}
