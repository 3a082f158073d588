package io.holdfast.config;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One of the five fields of a cron expression: its range, its names, and how its text becomes a set of numbers. */
enum CronField {
    MINUTE("minute", 0, 59, ""),
    HOUR("hour", 0, 23, ""),
    DAY_OF_MONTH("day of month", 1, 31, ""),
    MONTH("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
    DAY_OF_WEEK("day of week", 0, 7, "SUN MON TUE WED THU FRI SAT");

    private static final Pattern LETTER = Pattern.compile("([A-Z])");

    private final String title;
    private final int min;
    private final int max;
    private final String names;

    CronField(String title, int min, int max, String names) {
        this.title = title;
        this.min = min;
        this.max = max;
        this.names = names;
    }

    /** Sunday is 0 in the answer, also where the text says 7. */
    BitSet parse(String text) {
        BitSet set = new BitSet();
        for (String item : text.split(",", -1)) {
            add(item, set);
        }
        if (this == DAY_OF_WEEK && set.get(7)) {
            set.set(0);
            set.clear(7);
        }
        return set;
    }

    private void add(String item, BitSet set) {
        String[] parts = item.split("/", -1);
        if (parts.length > 2) {
            throw wrong(item, "has more than one step");
        }
        int step = parts.length == 2 ? step(parts[1], item) : 1;
        String[] ends = parts[0].split("-", -1);
        if (ends.length > 2) {
            throw wrong(item, "is not a range");
        }
        boolean all = parts[0].equals("*");
        int from = all ? min : number(ends[0], item);
        int to = all ? (this == DAY_OF_WEEK ? 6 : max) : ends.length == 2 ? number(ends[1], item) : from;
        if (parts.length == 2 && !all && ends.length == 1) {
            throw wrong(item, "has a step without a range; write */" + step + " or " + from + "-" + max + "/" + step);
        }
        if (from > to) {
            throw wrong(item, "runs backwards; write it as two ranges with a comma");
        }
        for (int value = from; value <= to; value += step) {
            set.set(value);
        }
    }

    private int step(String text, String item) {
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) == 0) {
            throw wrong(item, "has the step \"" + text + "\"; it has to be a whole number from 1");
        }
        return Integer.parseInt(text);
    }

    private int number(String text, String item) {
        int named = names().indexOf(text.toUpperCase(Locale.ROOT));
        if (named >= 0) {
            return named + min;
        }
        if (!text.matches("[0-9]{1,2}")) {
            throw wrong(item, "is not a number" + (names.isEmpty() ? "" : " or one of " + String.join(", ", names())));
        }
        int value = Integer.parseInt(text);
        if (value < min || value > max) {
            throw wrong(item, "is outside " + min + "-" + max);
        }
        return value;
    }

    private IllegalArgumentException wrong(String item, String what) {
        return new IllegalArgumentException(title + " \"" + item + "\" " + what);
    }

    /** The same as a regular expression for the JSON Schema, where ranges that run backwards can't be told. */
    String pattern() {
        String number = this == MINUTE
                ? "[0-5]?[0-9]"
                : this == HOUR
                        ? "([01]?[0-9]|2[0-3])"
                        : this == DAY_OF_MONTH
                                ? "(0?[1-9]|[12][0-9]|3[01])"
                                : this == MONTH ? "(0?[1-9]|1[0-2]|" + anyCase() + ")" : "(0?[0-7]|" + anyCase() + ")";
        String item = "(\\*(/0?[1-9]|/[1-9][0-9])?|" + number + "(-" + number + "(/0?[1-9]|/[1-9][0-9])?)?)";
        return item + "(," + item + ")*";
    }

    private String anyCase() {
        return names().stream()
                .map(name -> LETTER.matcher(name).replaceAll(CronField::bothCases))
                .collect(Collectors.joining("|"));
    }

    private static String bothCases(MatchResult letter) {
        return "[" + letter.group(1) + letter.group(1).toLowerCase(Locale.ROOT) + "]";
    }

    private List<String> names() {
        return names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
    }
}
