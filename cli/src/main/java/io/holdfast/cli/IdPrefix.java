package io.holdfast.cli;

import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * An id as it was typed: the whole one, or its beginning of at least 8 hexadecimal digits.
 *
 * @param text in lower case, with the dashes of an id
 */
record IdPrefix(String text) {
    private static final int WHOLE = 36;
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{8,32}");
    private static final Pattern SHAPE =
            Pattern.compile("([0-9a-f]{8})([0-9a-f]{0,4})([0-9a-f]{0,4})([0-9a-f]{0,4})([0-9a-f]*)");

    static IdPrefix parse(String text) {
        String digits = text.strip().replace("-", "").toLowerCase(Locale.ROOT);
        if (!DIGITS.matcher(digits).matches()) {
            throw new TypeConversionException(
                    "\"" + text + "\" is not an id such as 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77, or its first 8 or more"
                            + " characters");
        }
        return new IdPrefix(SHAPE.matcher(digits).replaceFirst("$1-$2-$3-$4-$5").replaceFirst("-+$", ""));
    }

    boolean isWhole() {
        return text.length() == WHOLE;
    }

    @Override
    public String toString() {
        return text;
    }
}
