package io.holdfast.engine.postgres.increment;

/** Positions in the WAL: {@code 2/3A000028} as text, bytes as a number. */
final class WalPosition {
    private WalPosition() {}

    static long parse(String text) {
        int slash = text.indexOf('/');
        return Long.parseLong(text, 0, slash, 16) << 32 | Long.parseLong(text, slash + 1, text.length(), 16);
    }

    static String text(long position) {
        return Long.toHexString(position >>> 32) + "/" + Long.toHexString(position & 0xffffffffL);
    }
}
