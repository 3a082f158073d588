package io.holdfast.cli.terminal;

import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Ids for tables. */
public final class ShortIds {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** The time of an id in milliseconds: objects of different milliseconds differ in it. */
    private static final int SHORTEST = "0197f0c4-6a2e".length();

    private static final int WHOLE = 36;

    private ShortIds() {}

    /** Shortens each of the ids to the same length, at which they differ. A text that is not an id stays as it is. */
    public static UnaryOperator<String> of(Collection<String> texts) {
        List<String> ids = texts.stream().filter(ShortIds::isId).distinct().toList();
        int length = SHORTEST;
        while (length < WHOLE && (endsWithDash(ids, length) || !differ(ids, length))) {
            length++;
        }
        int kept = length;
        return text -> isId(text) ? text.substring(0, kept) : text;
    }

    private static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    private static boolean endsWithDash(List<String> ids, int length) {
        return !ids.isEmpty() && ids.getFirst().charAt(length - 1) == '-';
    }

    private static boolean differ(List<String> ids, int length) {
        return ids.stream().map(id -> id.substring(0, length)).distinct().count() == ids.size();
    }
}
