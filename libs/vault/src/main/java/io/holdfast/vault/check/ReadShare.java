package io.holdfast.vault.check;

import java.math.BigDecimal;

/** How much of a vault's chunks a check reads, drawn anew each time. */
public record ReadShare(double fraction) {
    public static final ReadShare NONE = new ReadShare(0);
    public static final ReadShare ALL = new ReadShare(1);

    public ReadShare {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException(fraction + " is no share");
        }
    }

    /**
     * Reads {@code all}, {@code none} or a percentage such as {@code 5%} or {@code 0.5%}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static ReadShare parse(String text) {
        if (text.equals("all")) {
            return ALL;
        }
        if (text.equals("none")) {
            return NONE;
        }
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,6})?%")) {
            throw new IllegalArgumentException("\"" + text + "\" is not a share such as 5%, all or none");
        }
        double percent = new BigDecimal(text.substring(0, text.length() - 1)).doubleValue();
        if (percent > 100) {
            throw new IllegalArgumentException("\"" + text + "\" is more than all");
        }
        return new ReadShare(percent / 100);
    }
}
