package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.wal.pieces.TarCutter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TarCutterTest {
    private static final int MIB = 1 << 20;

    @Test
    void piecesInOrderAreTheArchiveHoweverItIsWritten() throws IOException {
        byte[] archive = archive(0, 10 * MIB + 8192).bytes();
        Random random = new Random(7);
        List<byte[]> pieces = new ArrayList<>();
        TarCutter cutter = new TarCutter(pieces::add);
        for (int from = 0; from < archive.length; ) {
            int count = Math.min(archive.length - from, 1 + random.nextInt(70_000));
            cutter.write(archive, from, count);
            from += count;
        }
        cutter.finish();

        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            joined.write(piece);
        }
        assertThat(joined.toByteArray()).isEqualTo(archive);
        assertThat(pieces).allSatisfy(piece -> assertThat(piece.length).isBetween(1, TarCutter.LARGEST));
        assertThat(pieces.size()).isLessThan(archive.length / MIB);
    }

    @Test
    void aFileThatCameOrGrewChangesThePiecesNearItOnly() throws IOException {
        Set<ByteBuffer> before = pieces(archive(0, 10 * MIB));

        assertThat(added(before, archive(1, 10 * MIB))).isLessThan(6 * MIB);
        assertThat(added(before, archive(0, 11 * MIB))).isLessThan(8 * MIB);
        assertThat(added(before, archive(0, 10 * MIB))).isZero();
    }

    private static long added(Set<ByteBuffer> before, TarArchive archive) throws IOException {
        Set<ByteBuffer> after = pieces(archive);
        after.removeAll(before);
        return after.stream().mapToLong(ByteBuffer::capacity).sum();
    }

    private static Set<ByteBuffer> pieces(TarArchive archive) throws IOException {
        List<byte[]> pieces = new ArrayList<>();
        TarCutter cutter = new TarCutter(pieces::add);
        cutter.write(archive.bytes());
        cutter.finish();
        return pieces.stream().map(ByteBuffer::wrap).collect(Collectors.toSet());
    }

    /** 48 MiB of small files around a large one. @param more small files in the middle of the first ones */
    private static TarArchive archive(int more, int large) {
        TarArchive archive = new TarArchive("7", "label");
        for (int i = 0; i < 400; i++) {
            archive.file("base/5/" + (1000 + i), random(i, 60_000));
            if (i == 200) {
                for (int j = 0; j < more; j++) {
                    archive.file("base/5/more" + j, random(-1 - j, 60_000));
                }
            }
        }
        archive.file("base/5/large", random(400, large));
        for (int i = 401; i < 800; i++) {
            archive.file("base/5/" + (1000 + i), random(i, 60_000));
        }
        return archive;
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
