package io.holdfast.wal.pieces;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of an archive, stored under a key of its own that is never written again.
 *
 * @param base id of the base backup that stored it; others may refer to it
 * @param number in that base backup's archive
 * @param digest null: unknown, as of base backups that are stored whole
 * @param length plain, in bytes; 0: unknown
 */
public record Piece(String base, int number, @Nullable PieceDigest digest, int length) {
    private static final Pattern NAME = Pattern.compile("\\d{8}");

    String path() {
        return path(base, number);
    }

    private static String path(String base, int number) {
        return base + "/" + String.format(Locale.ROOT, "%08d", number);
    }

    /** Of a base backup whose pieces are all its own, and not listed. */
    public static Piece ofWhole(String base, int number) {
        return new Piece(base, number, null, 0);
    }

    /** @param name of an object in a base backup's folder; empty if it is no piece */
    public static Optional<Integer> number(String name) {
        return NAME.matcher(name).matches() ? Optional.of(Integer.valueOf(name)) : Optional.empty();
    }
}
