package io.holdfast.vault;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.SourceId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Plain bytes to a chunk's object and back: id = PRF(source id ‖ format ‖ SHA-256), object = AEAD(zstd frame) with
 * source id and chunk id as associated data. One thread at a time: it keeps native contexts and a scratch array.
 */
final class ChunkCodec implements AutoCloseable {
    private static final byte FORMAT = 1;
    private static final int KEEP_SCRATCH = 2 << 20;

    private final KeyRing ring;
    private final MessageDigest sha256;
    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final ZstdDecompressCtx unzstd = new ZstdDecompressCtx();
    private byte[] scratch = new byte[0];

    ChunkCodec(KeyRing ring) {
        this.ring = ring;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    ChunkId id(SourceId source, byte[] plain) {
        byte[] input = ByteBuffer.allocate(Long.BYTES * 2 + 1 + ChunkId.BYTES)
                .putLong(source.value().getMostSignificantBits())
                .putLong(source.value().getLeastSignificantBits())
                .put(FORMAT)
                .put(sha256.digest(plain))
                .array();
        try {
            return ChunkId.of(ring.keys().chunkIds().computePrimary(input, ChunkId.BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("chunk id", e);
        }
    }

    byte[] seal(SourceId source, ChunkId id, byte[] plain, int level) {
        int bound = (int) Zstd.compressBound(plain.length);
        byte[] room = scratch.length >= bound ? scratch : new byte[bound];
        scratch = room.length <= KEEP_SCRATCH ? room : scratch;
        int packed = zstd.setLevel(level).compressByteArray(room, 0, room.length, plain, 0, plain.length);
        try {
            return ring.keys().data().encrypt(Arrays.copyOf(room, packed), bound(source, id));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encrypt chunk " + id, e);
        }
    }

    /**
     * The plain bytes of an object.
     *
     * @throws GeneralSecurityException if these are not the bytes that were stored as this chunk
     */
    byte[] open(SourceId source, StoredChunk chunk, byte[] object) throws GeneralSecurityException {
        if (object.length != chunk.stored()) {
            throw new GeneralSecurityException(
                    "the object has " + object.length + " bytes, " + chunk.stored() + " were stored");
        }
        byte[] packed = decrypted(object, bound(source, chunk.id()));
        if (Zstd.getFrameContentSize(packed) != chunk.bytes()) {
            throw new GeneralSecurityException("its plain size is not " + chunk.bytes());
        }
        byte[] plain = unzstd.decompress(packed, chunk.bytes());
        if (plain.length != chunk.bytes() || !id(source, plain).equals(chunk.id())) {
            throw new GeneralSecurityException("its bytes give another id");
        }
        return plain;
    }

    /** Whether this is a chunk of this source and id, of whatever size. */
    boolean isOf(SourceId source, ChunkId id, byte[] object) {
        try {
            byte[] packed = decrypted(object, bound(source, id));
            long size = Zstd.getFrameContentSize(packed);
            return size >= 0
                    && size <= SizeClass.LARGEST
                    && id(source, unzstd.decompress(packed, (int) size)).equals(id);
        } catch (GeneralSecurityException | ZstdException e) {
            return false;
        }
    }

    private byte[] decrypted(byte[] object, byte[] bound) throws GeneralSecurityException {
        try {
            return ring.keys().data().decrypt(object, bound);
        } catch (GeneralSecurityException e) {
            if (!ring.refresh()) {
                throw e;
            }
            return ring.keys().data().decrypt(object, bound);
        }
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
