package io.holdfast.engine.model;

import java.util.HexFormat;

/**
 * Row count and the sum mod 2^128 of the 128-bit xxh3 of each row's line with its newline. Independent of the
 * order of rows; fingerprints of disjoint parts add up. Sound against accidents, not against an adversary.
 *
 * @param high,low the two halves of the sum
 */
public record Fingerprint(long rows, long high, long low) {

    public static final Fingerprint EMPTY = new Fingerprint(0, 0, 0);

    /** Of the rows of both. Associative and commutative; {@link #EMPTY} is neutral. */
    public Fingerprint plus(Fingerprint other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new Fingerprint(Math.addExact(rows, other.rows), high + other.high + carry, sum);
    }

    /** From {@link #toString()}'s form, {@code rows:hex32}. */
    public static Fingerprint parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || text.length() - colon - 1 != 32) {
            throw new IllegalArgumentException(
                    "a fingerprint is rows:hash with 32 hexadecimal digits, not \"" + text + "\"");
        }
        return new Fingerprint(
                Long.parseLong(text, 0, colon, 10),
                HexFormat.fromHexDigitsToLong(text, colon + 1, colon + 17),
                HexFormat.fromHexDigitsToLong(text, colon + 17, colon + 33));
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return rows + ":" + hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
