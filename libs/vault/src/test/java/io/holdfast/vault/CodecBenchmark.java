package io.holdfast.vault;

import io.holdfast.vault.chunk.ByteSlice;
import io.holdfast.vault.chunk.ChunkBufferPool;
import io.holdfast.vault.chunk.ChunkCodec;
import io.holdfast.vault.chunk.ColumnTransform;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.StoredChunk;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What one core does with a chunk of 1 MB: operations a second are megabytes a second of plain rows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class CodecBenchmark {
    private static final int SIZE = 1_000_000;

    /** Of a table with short fields, or with JSON among them. */
    @Param({"narrow", "json"})
    public String rows = "narrow";

    @Param("1")
    public int level = 1;

    private final TestVault test = new TestVault();
    private final ChunkBufferPool arrays = new ChunkBufferPool();
    private final ChunkCodec codec = new ChunkCodec(test.vault.context().keys(), arrays);
    private final ColumnTransform columnTransform = new ColumnTransform(arrays);
    private byte[] plain = new byte[0];
    private int size;
    private ChunkId id = codec.id(test.source, plain, 0);
    private byte[] sealed = new byte[0];
    private StoredChunk stored = new StoredChunk(id, 0, 0, 1);

    @Setup
    public void prepare() {
        plain = lines();
        if (columnTransform.of(plain, size) == null) {
            throw new IllegalStateException("these rows are not turned into columns");
        }
        id = codec.id(test.source, plain, size);
        sealed = codec.seal(test.source, id, plain, size, level);
        stored = new StoredChunk(id, size, sealed.length, 1);
    }

    /** With room behind the rows, as the data path has it. */
    private byte[] lines() {
        Random random = new Random(42);
        StringBuilder text = new StringBuilder(SIZE + 1000);
        for (int row = 0; text.length() < SIZE; row++) {
            text.append(row).append('\t').append(random.nextInt(100_000)).append('\t');
            text.append("2026-02-%02d 12:%02d:00+00".formatted(1 + row % 28, random.nextInt(60)));
            if (rows.equals("json")) {
                text.append("\t{\"id\": ").append(random.nextLong()).append(", \"tags\": [\"a\", \"b\"], \"note\": \"");
                text.append(Long.toString(random.nextLong(), 36)).append("\"}");
            }
            text.append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        size = bytes.length;
        return Arrays.copyOf(bytes, size + ChunkBufferPool.SLACK);
    }

    @TearDown
    public void close() {
        codec.close();
    }

    @Benchmark
    public ChunkId name() {
        return codec.id(test.source, plain, size);
    }

    @Benchmark
    public int byColumn() {
        ByteSlice turned = Objects.requireNonNull(columnTransform.of(plain, size));
        arrays.giveBack(turned.array());
        return turned.length();
    }

    @Benchmark
    public byte[] seal() {
        return codec.seal(test.source, id, plain, size, level);
    }

    @Benchmark
    public byte[] open() throws GeneralSecurityException {
        byte[] opened = codec.open(test.source, stored, sealed);
        arrays.giveBack(opened);
        return opened;
    }
}
