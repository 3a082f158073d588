package io.holdfast.engine.postgres.dump;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server prints {@code x IN ('a', 'b')} on a varchar as {@code (ARRAY['a'::character varying, …])::text[]}, and once
 * that text was read back as {@code ARRAY[('a'::character varying)::text, …]}: the same expression, so dumps before and
 * after a restore are brought to the second form before they are compared.
 */
final class ArrayCastNormalizer {
    private static final String OPEN = "(ARRAY[";
    private static final Pattern CAST = Pattern.compile("\\]\\)::([a-z][a-z0-9_ ]*?(?:\\(\\d+\\))?)\\[\\]");

    private ArrayCastNormalizer() {}

    static String settled(String text) {
        int start = text.indexOf(OPEN);
        StringBuilder settled = new StringBuilder();
        int done = 0;
        while (start >= 0) {
            List<String> elements = new ArrayList<>();
            int end = elements(text, start + OPEN.length(), elements);
            Matcher cast = CAST.matcher(text);
            if (end > 0 && cast.region(end, text.length()).lookingAt()) {
                settled.append(text, done, start).append("ARRAY[");
                for (int i = 0; i < elements.size(); i++) {
                    settled.append(i == 0 ? "" : ", ")
                            .append('(')
                            .append(elements.get(i))
                            .append(")::")
                            .append(cast.group(1));
                }
                settled.append(']');
                done = cast.end();
            }
            start = text.indexOf(OPEN, Math.max(done, start + 1));
        }
        return settled.append(text, done, text.length()).toString();
    }

    /** Splits at the commas of this level; answers where the closing bracket is, or -1. */
    private static int elements(String text, int from, List<String> elements) {
        int depth = 0;
        boolean quoted = false;
        int begin = from;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\'') {
                quoted = !quoted;
            } else if (!quoted && (c == '[' || c == '(')) {
                depth++;
            } else if (!quoted && depth == 0 && (c == ']' || c == ',')) {
                elements.add(text.substring(begin, i).strip());
                begin = i + 1;
                if (c == ']') {
                    return i;
                }
            } else if (!quoted && (c == ']' || c == ')')) {
                depth--;
            }
        }
        return -1;
    }
}
