package io.holdfast.vault.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ColumnTransformTest {
    private final ColumnTransform columnTransform = new ColumnTransform(new ChunkBufferPool());

    @Property(tries = 300)
    void anyLinesComeBack(@ForAll("tables") List<List<List<String>>> tables) {
        byte[] lines = tables.stream()
                .flatMap(List::stream)
                .map(fields -> String.join("\t", fields) + "\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);

        byte[] byColumn = turned(lines);

        if (byColumn != null) {
            assertThat(lines(byColumn)).isEqualTo(lines);
        }
    }

    @Provide
    Arbitrary<List<List<List<String>>>> tables() {
        Arbitrary<String> field = Arbitraries.strings()
                .excludeChars('\t', '\n')
                .ofMinLength(0)
                .ofMaxLength(40)
                .injectDuplicates(0.2);
        return Arbitraries.integers()
                .between(2, 5)
                .flatMap(fields ->
                        field.list().ofSize(fields).list().ofMinSize(8).ofMaxSize(30))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Test
    void linesOfOneTableAreSmallerByColumn() {
        byte[] lines = table(20_000, 5);

        byte[] byColumn = requireNonNull(turned(lines));

        assertThat(lines(byColumn)).isEqualTo(lines);
        assertThat(Zstd.compress(byColumn, 1).length).isLessThan(Zstd.compress(lines, 1).length);
    }

    @Test
    void tablesThatShareAChunkAreRunsOfTheirOwn() {
        byte[] lines = (new String(table(10, 3), UTF_8) + new String(table(20, 7), UTF_8)).getBytes(UTF_8);

        byte[] byColumn = requireNonNull(turned(lines));

        assertThat(byColumn[3]).isEqualTo((byte) 2);
        assertThat(lines(byColumn)).isEqualTo(lines);
    }

    @Test
    void whatIsNoTableIsLeftAsItIs() {
        assertThat(turned(new byte[0])).isNull();
        assertThat(turned("a\tb\nc\td".getBytes(UTF_8)))
                .as("no newline at the end")
                .isNull();
        assertThat(turned("a\nb\nc\n".repeat(9).getBytes(UTF_8)))
                .as("one field")
                .isNull();
        assertThat(turned("a\tb\nc\td\te\n".repeat(9).getBytes(UTF_8)))
                .as("each line another")
                .isNull();
    }

    @Test
    void whatIsNotByColumnIsFound() {
        byte[] lines = table(10, 3);
        byte[] byColumn = requireNonNull(turned(lines));

        assertThatThrownBy(() -> lines(Arrays.copyOf(byColumn, byColumn.length - 1)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> lines(lines)).isInstanceOf(RuntimeException.class);
    }

    /** Whatever stands behind the lines must not count. */
    private byte @Nullable [] turned(byte[] lines) {
        byte[] exact = turned(lines, lines.length);
        byte[] usedBefore = Arrays.copyOf(lines, lines.length + 50);
        Arrays.fill(usedBefore, lines.length, usedBefore.length, (byte) '\t');
        assertThat(turned(usedBefore, lines.length)).isEqualTo(exact);
        return exact;
    }

    private byte @Nullable [] turned(byte[] lines, int count) {
        ByteSlice turned = columnTransform.of(lines, count);
        return turned == null ? null : Arrays.copyOf(turned.array(), turned.length());
    }

    private byte[] lines(byte[] byColumn) {
        ByteSlice lines = columnTransform.lines(
                Arrays.copyOf(byColumn, byColumn.length + ChunkBufferPool.SLACK), byColumn.length);
        return Arrays.copyOf(lines.array(), lines.length());
    }

    private static byte[] table(int rows, int fields) {
        return IntStream.range(0, rows)
                .mapToObj(row -> IntStream.range(0, fields)
                                .mapToObj(field -> field % 2 == 0 ? "" + (row * 31 + field) : "status " + row % 3)
                                .collect(Collectors.joining("\t"))
                        + "\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);
    }
}
