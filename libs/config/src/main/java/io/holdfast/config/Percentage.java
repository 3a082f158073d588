package io.holdfast.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A share, written as {@code 25%}: a whole number from 1 to 100. */
public record Percentage(int value) {
    static final String PATTERN = "^([1-9][0-9]?|100)%$";
    private static final Pattern SHAPE = Pattern.compile(PATTERN);

    /**
     * Reads a percentage.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Percentage parse(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a percentage; write for example 25% (from 1% to 100%)");
        }
        return new Percentage(Integer.parseInt(shape.group(1)));
    }

    @Override
    public String toString() {
        return value + "%";
    }
}
