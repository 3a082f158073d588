package io.holdfast.engine.postgres;

import java.util.ArrayList;
import java.util.List;

/** Cuts statements of the kinds that only name things (GRANT, REVOKE, ALTER … OWNER) into words. */
final class SqlWords {
    private SqlWords() {}

    /**
     * @param text without its quotes
     * @param quoted whether it had any, so that it is a name and no keyword
     */
    record Word(String text, boolean quoted) {
        boolean is(String keyword) {
            return !quoted && text.equals(keyword);
        }
    }

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
