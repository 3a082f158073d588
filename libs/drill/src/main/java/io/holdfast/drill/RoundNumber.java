package io.holdfast.drill;

/** Round numbers for the grid of a chart. */
final class RoundNumber {
    private static final long SECOND = 1000;
    private static final long HOUR = 3600 * SECOND;
    private static final long[] MILLIS = {
        1,
        2,
        5,
        10,
        20,
        50,
        100,
        200,
        500,
        SECOND,
        2 * SECOND,
        5 * SECOND,
        10 * SECOND,
        15 * SECOND,
        30 * SECOND,
        60 * SECOND,
        120 * SECOND,
        300 * SECOND,
        600 * SECOND,
        900 * SECOND,
        1800 * SECOND,
        HOUR,
        2 * HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR
    };

    private RoundNumber() {}

    /** The next 1, 2 or 5 times a power of ten. */
    static long bytes(long bytes) {
        long power = 1;
        while (power <= Long.MAX_VALUE / 100 && power * 10 < bytes) {
            power *= 10;
        }
        return bytes <= power ? power : bytes <= 2 * power ? 2 * power : bytes <= 5 * power ? 5 * power : 10 * power;
    }

    /** The next duration that people use; above half a day, whole days. */
    static long millis(long millis) {
        for (long round : MILLIS) {
            if (round >= millis) {
                return round;
            }
        }
        return Math.ceilDiv(millis, 24 * HOUR) * 24 * HOUR;
    }
}
