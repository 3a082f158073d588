package io.holdfast.vault.chunk;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.crypto.VaultKeyProvider;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.StoredChunk;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Plain bytes to a chunk's object and back: id by {@link ChunkIdHasher}, object = AEAD(shape ‖ zstd frame) with
 * source id and chunk id as associated data. One thread at a time: it keeps native contexts and scratch arrays.
 */
public final class ChunkCodec implements AutoCloseable {
    private static final byte AS_IS = 0;
    private static final byte BY_COLUMN = 1;
    private static final byte[] NONE = {};

    private final VaultKeyProvider ring;
    private final ChunkIdHasher names;
    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final ZstdDecompressCtx unzstd = new ZstdDecompressCtx();
    private final ChunkBufferPool arrays;
    private final ColumnTransform columnTransform;

    /** @param arrays for what is on its way; also those come from there that are answered */
    public ChunkCodec(VaultKeyProvider ring, ChunkBufferPool arrays) {
        this.ring = ring;
        this.arrays = arrays;
        this.columnTransform = new ColumnTransform(arrays);
        this.names = new ChunkIdHasher(ring.keys().chunkIds());
    }

    /** The name of the first so many bytes. */
    public ChunkId id(SourceId source, byte[] byteSlice, int length) {
        return names.of(source, byteSlice, length);
    }

    /**
     * The object of a chunk.
     *
     * @param byteSlice is used up: packed into where it is long enough, so its bytes are others afterwards
     * @param size the plain bytes are the first so many of the array
     */
    public byte[] seal(SourceId source, ChunkId id, byte[] byteSlice, int size, int level) {
        ByteSlice turned = columnTransform.of(byteSlice, size);
        byte[] packed;
        if (turned == null) {
            packed = packed(AS_IS, byteSlice, size, level, NONE);
        } else {
            packed = packed(BY_COLUMN, turned.array(), turned.length(), level, byteSlice);
            arrays.giveBack(turned.array());
        }
        try {
            return ring.keys().data().encrypt(packed, bound(source, id));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encrypt chunk " + id, e);
        }
    }

    /** @param room is written over, where it is long enough */
    private byte[] packed(byte shape, byte[] content, int size, int level, byte[] room) {
        int bound = 1 + (int) Zstd.compressBound(size);
        boolean fits = room.length >= bound;
        byte[] out = fits ? room : arrays.take(bound);
        out[0] = shape;
        int length = zstd.setLevel(level).compressByteArray(out, 1, out.length - 1, content, 0, size);
        byte[] packed = Arrays.copyOf(out, 1 + length);
        if (!fits) {
            arrays.giveBack(out);
        }
        return packed;
    }

    /**
     * The plain bytes of an object, as many as the chunk has, in the beginning of an array. It is to be given back, or kept.
     *
     * @throws GeneralSecurityException if these are not the bytes that were stored as this chunk
     */
    public byte[] open(SourceId source, StoredChunk chunk, byte[] object) throws GeneralSecurityException {
        if (object.length != chunk.stored()) {
            throw new GeneralSecurityException(
                    "the object has " + object.length + " bytes, " + chunk.stored() + " were stored");
        }
        ByteSlice byteSlice = unpacked(ring.decryptListed(object, bound(source, chunk.id())), chunk.bytes());
        if (byteSlice.length() != chunk.bytes()
                || !id(source, byteSlice.array(), byteSlice.length()).equals(chunk.id())) {
            throw new GeneralSecurityException("its bytes give another id");
        }
        return byteSlice.array();
    }

    /** Whether this is a chunk of this source and id, of whatever size. */
    public boolean isOf(SourceId source, ChunkId id, byte[] object) {
        try {
            ByteSlice byteSlice = unpacked(ring.decrypt(object, bound(source, id)), ChunkSizeClass.LARGEST);
            return id(source, byteSlice.array(), byteSlice.length()).equals(id);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** @param most plain bytes; by column they may be up to twice as many, and a little */
    private ByteSlice unpacked(byte[] packed, int most) throws GeneralSecurityException {
        if (packed.length == 0 || (packed[0] != AS_IS && packed[0] != BY_COLUMN)) {
            throw new GeneralSecurityException("its shape is unknown; it may be of a newer version");
        }
        long size = Zstd.getFrameContentSize(packed, 1, packed.length - 1);
        if (size < 0 || size > (packed[0] == AS_IS ? most : mostByColumn(most))) {
            throw new GeneralSecurityException("its plain size is " + size + ", at most " + most + " is expected");
        }
        byte[] content = arrays.take((int) size);
        try {
            unzstd.decompressByteArray(content, 0, (int) size, packed, 1, packed.length - 1);
            if (packed[0] == AS_IS) {
                return new ByteSlice(content, (int) size);
            }
            ByteSlice lines = columnTransform.lines(content, (int) size);
            arrays.giveBack(content);
            return lines;
        } catch (ZstdException | IndexOutOfBoundsException | BufferUnderflowException | NegativeArraySizeException e) {
            throw new GeneralSecurityException("its bytes cannot be unpacked", e);
        }
    }

    private static long mostByColumn(int byteSlice) {
        return 2L * byteSlice + 1024;
    }

    /** The object of a chunk of so many plain bytes is not longer: by column, packed and encrypted. */
    public static long longestObject(int byteSlice) {
        return Zstd.compressBound(mostByColumn(byteSlice)) + 64;
    }

    private static byte[] bound(SourceId source, ChunkId id) {
        return ByteBuffer.allocate(Long.BYTES * 2 + ChunkId.BYTES)
                .putLong(source.value().getMostSignificantBits())
                .putLong(source.value().getLeastSignificantBits())
                .put(id.bytes())
                .array();
    }

    @Override
    public void close() {
        zstd.close();
        unzstd.close();
    }
}
