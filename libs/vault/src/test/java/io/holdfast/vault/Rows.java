package io.holdfast.vault;

import io.holdfast.vault.write.SegmentWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Rows for tests, with a hash of each. */
public record Rows(List<byte[]> lines) {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz 0123456789";

    /** Lines like those of a table: a number and some text, of 40 to 200 bytes. */
    public static Rows of(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            StringBuilder line = new StringBuilder().append(i).append('\t');
            int length = random.nextInt(40, 200);
            for (int k = 0; k < length; k++) {
                line.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            lines.add(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        }
        return new Rows(lines);
    }

    /** One line of random bytes. */
    public static Rows one(int length) {
        byte[] line = new byte[length];
        new SplittableRandom(length).nextBytes(line);
        return new Rows(List.of(line));
    }

    public static long hash(byte[] line, int from, int length) {
        long hash = 0xcbf29ce484222325L;
        for (int i = from; i < from + length; i++) {
            hash = (hash ^ line[i]) * 0x100000001b3L;
        }
        return hash;
    }

    int count() {
        return lines.size();
    }

    public Rows without(int index) {
        List<byte[]> rest = new ArrayList<>(lines);
        rest.remove(index);
        return new Rows(rest);
    }

    public void writeTo(SegmentWriter segment) {
        for (byte[] line : lines) {
            segment.row(line, 0, line.length, hash(line, 0, line.length));
        }
    }

    public byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        lines.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
