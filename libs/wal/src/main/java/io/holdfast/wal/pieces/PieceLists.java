package io.holdfast.wal.pieces;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.file.SealedFiles;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The pieces of a base backup in the order of its archive, as sealed files {@code <id>/list-<8 digits>}.
 *
 * <p>Plain form: one byte 1, the number of ids of base backups (int), each id (length as short, ASCII), and then for each
 * piece SHA-256 (32 bytes), index of the id (int), number (int), length (int); big-endian.
 */
public final class PieceLists {
    private static final byte VERSION = 1;
    private static final int ENTRIES = 1 << 15;
    private static final int ENTRY = 44;
    private static final Pattern NAME = Pattern.compile("list-\\d{8}");

    private final SealedFiles files;

    /** @param files below the folder of base backups */
    public PieceLists(SealedFiles files) {
        this.files = files;
    }

    /** @param name of an object in a base backup's folder */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Stores them, and returns the number of lists. */
    public int write(String base, List<Piece> pieces) {
        int lists = 0;
        for (int from = 0; from < pieces.size(); from += ENTRIES) {
            long unused = files.addNew(
                    path(base, lists++), bytes(pieces.subList(from, Math.min(pieces.size(), from + ENTRIES))));
        }
        return lists;
    }

    /** @throws HoldfastException WAL_MISSING if one is missing or damaged */
    public List<Piece> read(String base, int lists) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < lists; i++) {
            String path = path(base, i);
            byte[] content = files.read(path)
                    .orElseThrow(() -> HoldfastException.about(
                            path,
                            FailureCode.WAL_MISSING,
                            path + ", a list of the pieces of base backup " + base + ", is missing in "
                                    + files.describe() + "; use another base backup, or take a new one"));
            pieces.addAll(parse(path, content));
        }
        return pieces;
    }

    private static String path(String base, int number) {
        return base + "/" + String.format(Locale.ROOT, "list-%08d", number);
    }

    private static byte[] bytes(List<Piece> pieces) {
        Map<String, Integer> bases = new LinkedHashMap<>();
        for (Piece piece : pieces) {
            bases.putIfAbsent(piece.base(), bases.size());
        }
        int names = bases.keySet().stream().mapToInt(id -> 2 + id.length()).sum();
        ByteBuffer to = ByteBuffer.allocate(1 + 4 + names + pieces.size() * ENTRY);
        to.put(VERSION).putInt(bases.size());
        for (String id : bases.keySet()) {
            to.putShort((short) id.length()).put(id.getBytes(StandardCharsets.US_ASCII));
        }
        for (Piece piece : pieces) {
            PieceDigest digest = piece.digest();
            Integer base = bases.get(piece.base());
            if (digest == null || base == null) {
                throw new IllegalArgumentException("a listed piece has a digest");
            }
            digest.write(to);
            to.putInt(base).putInt(piece.number()).putInt(piece.length());
        }
        return to.array();
    }

    private static List<Piece> parse(String path, byte[] content) {
        ByteBuffer from = ByteBuffer.wrap(content);
        try {
            if (from.get() != VERSION) {
                throw HoldfastException.about(
                        path, FailureCode.VAULT_UNKNOWN_FORMAT, path + " has a later format; use a newer Holdfast");
            }
            String[] bases = new String[from.getInt()];
            for (int i = 0; i < bases.length; i++) {
                byte[] id = new byte[from.getShort()];
                from.get(id);
                bases[i] = new String(id, StandardCharsets.US_ASCII);
            }
            List<Piece> pieces = new ArrayList<>(from.remaining() / ENTRY);
            while (from.hasRemaining()) {
                PieceDigest digest = PieceDigest.read(from);
                pieces.add(new Piece(bases[from.getInt()], from.getInt(), digest, from.getInt()));
            }
            return pieces;
        } catch (BufferUnderflowException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw HoldfastException.about(path, FailureCode.WAL_MISSING, path + " is no list of pieces");
        }
    }
}
