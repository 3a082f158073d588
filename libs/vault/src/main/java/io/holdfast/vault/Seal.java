package io.holdfast.vault;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * Small objects (manifests, journals, proofs) as JSON → zstd → Ed25519 signature → AEAD. Signature and encryption are
 * bound to the object's key, so an object that was forged, changed or moved does not open.
 *
 * <p>Plain form inside the encryption: one byte 1, two bytes length of the signature, signature, zstd frame. What is
 * signed: {@code "holdfast sealed 1\n" key "\n" frame}.
 */
final class Seal {
    private static final byte VERSION = 1;
    private static final int LEVEL = 6;
    private static final long LARGEST = 1L << 30;

    private final KeyRing ring;

    Seal(KeyRing ring) {
        this.ring = ring;
    }

    /** Whether this says that an object is there and does not open, which is no failure of the store. */
    static boolean isUnreadable(Failure failure) {
        return failure.code() == FailureCode.MANIFEST_CORRUPT || failure.code() == FailureCode.VAULT_UNKNOWN_FORMAT;
    }

    byte[] seal(String key, Object value) {
        try {
            byte[] frame = Zstd.compress(Json.MAPPER.writeValueAsBytes(value), LEVEL);
            VaultKeys keys = ring.keys();
            byte[] signature = keys.sign().sign(signed(key, frame));
            byte[] plain = ByteBuffer.allocate(3 + signature.length + frame.length)
                    .put(VERSION)
                    .putShort((short) signature.length)
                    .put(signature)
                    .put(frame)
                    .array();
            return keys.data().encrypt(plain, ascii(key));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal " + key, e);
        }
    }

    /** @throws Failure MANIFEST_CORRUPT if it is not what the vault sealed under this key */
    <T> T open(String key, byte[] object, Class<T> type) {
        try {
            return Json.MAPPER.readValue(unpacked(frame(key, object)), type);
        } catch (GeneralSecurityException
                | IOException
                | BufferUnderflowException
                | NegativeArraySizeException
                | ZstdException e) {
            throw Failure.of(
                    FailureCode.MANIFEST_CORRUPT,
                    key + " is not what this vault sealed there: damaged, forged or moved; bring the object back from a"
                            + " copy of the bucket",
                    e);
        }
    }

    private byte[] frame(String key, byte[] object) throws GeneralSecurityException {
        ByteBuffer plain = ByteBuffer.wrap(ring.decrypt(object, ascii(key)));
        if (plain.get() != VERSION) {
            throw Failure.about(
                    key, FailureCode.VAULT_UNKNOWN_FORMAT, key + " has a later format; use a newer Holdfast");
        }
        byte[] signature = new byte[plain.getShort()];
        plain.get(signature);
        byte[] frame = new byte[plain.remaining()];
        plain.get(frame);
        verify(signature, signed(key, frame));
        return frame;
    }

    private void verify(byte[] signature, byte[] signed) throws GeneralSecurityException {
        VaultKeys seen = ring.keys();
        try {
            seen.verify().verify(signature, signed);
        } catch (GeneralSecurityException e) {
            if (!ring.refresh(seen)) {
                throw e;
            }
            verify(signature, signed);
        }
    }

    private static byte[] unpacked(byte[] frame) throws IOException {
        long size = Zstd.getFrameContentSize(frame);
        if (size < 0 || size > LARGEST) {
            throw new IOException("a frame of " + size + " bytes");
        }
        return Zstd.decompress(frame, (int) size);
    }

    private static byte[] signed(String key, byte[] frame) {
        byte[] head = ascii("holdfast sealed 1\n" + key + "\n");
        return ByteBuffer.allocate(head.length + frame.length)
                .put(head)
                .put(frame)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
