package io.holdfast.vault.crypto;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HeapSetting;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.format.VaultJson;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small objects (manifests, journals, proofs) as JSON → zstd → Ed25519 signature → AEAD. Signature and encryption are
 * bound to the object's key, so an object that was forged, changed or moved does not open.
 *
 * <p>Plain form inside the encryption: one byte 1, two bytes length of the signature, signature, zstd frame. What is
 * signed: {@code "holdfast sealed 1\n" key "\n" frame}.
 */
public final class ObjectSealer {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectSealer.class);
    private static final byte VERSION = 1;
    private static final int LEVEL = 6;

    /** Of more JSON than that, only one at a time is in memory. */
    private static final long EASY = 16L << 20;

    private final VaultKeyProvider ring;
    private final SealedObjectLimits limits;

    /** In the array of what was signed, behind the key: a copy of its own would only take memory. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Frame(byte[] array, int from, int length) {}

    public ObjectSealer(VaultKeyProvider ring) {
        this(ring, SealedObjectLimits.STANDARD);
    }

    public ObjectSealer(VaultKeyProvider ring, SealedObjectLimits limits) {
        this.ring = ring;
        this.limits = limits;
    }

    public SealedObjectLimits limits() {
        return limits;
    }

    /** Whether this says that an object is there and does not open, which is no failure of the store. */
    public static boolean isUnreadable(HoldfastException holdfastException) {
        return holdfastException.code() == FailureCode.MANIFEST_CORRUPT
                || holdfastException.code() == FailureCode.VAULT_UNKNOWN_FORMAT;
    }

    /** @throws HoldfastException CONFIG_INVALID if it is so large that it would not be opened again */
    public byte[] seal(String key, Object value) {
        try {
            byte[] frame = Zstd.compress(json(key, value), LEVEL);
            VaultKeys keys = ring.keys();
            byte[] signature = keys.sign().sign(signed(key, ByteBuffer.wrap(frame)));
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

    private byte[] json(String key, Object value) throws IOException {
        byte[] json = VaultJson.MAPPER.writeValueAsBytes(value);
        if (json.length > limits.json()) {
            throw HoldfastException.about(
                    key,
                    FailureCode.CONFIG_INVALID,
                    key + " would have " + json.length + " bytes of JSON, more than the " + limits.json()
                            + " that are read again: too many chunks for one backup; leave tables out");
        }
        if (json.length > limits.jsonInMemory()) {
            LOG.warn(
                    "{}: {} bytes of JSON are more than a process with a heap of {} MiB reads again; give those that"
                            + " read the vault {} MiB",
                    key,
                    json.length,
                    limits.heap() >> 20,
                    (limits.heapFor(json.length) >> 20) + 1);
        }
        return json;
    }

    /**
     * @throws HoldfastException MANIFEST_CORRUPT if it is not what the vault sealed under this key; VAULT_UNKNOWN_FORMAT if it is of a
     *     later version, or too large for this process; VAULT_KEY_MISSING if its key is in a keyset that is lost
     */
    public <T> T open(String key, byte[] object, Class<T> type) {
        try {
            Frame frame = frame(key, object);
            int size = size(key, frame);
            return size <= EASY
                    ? value(key, frame, size, type)
                    : LargeAllocationLock.take(key, () -> value(key, frame, size, type));
        } catch (GeneralSecurityException | IOException | BufferUnderflowException | NegativeArraySizeException e) {
            throw corrupt(key, e);
        }
    }

    private static <T> T value(String key, Frame frame, int size, Class<T> type) {
        try (ZstdDecompressCtx zstd = new ZstdDecompressCtx()) {
            byte[] json = new byte[size];
            int length = zstd.decompressByteArray(json, 0, size, frame.array(), frame.from(), frame.length());
            return VaultJson.MAPPER.readValue(json, 0, length, type);
        } catch (IOException | ZstdException e) {
            throw corrupt(key, e);
        }
    }

    private static HoldfastException corrupt(String key, Exception cause) {
        return HoldfastException.of(
                FailureCode.MANIFEST_CORRUPT,
                key + " is not what this vault sealed there: damaged, forged or moved; bring the object back from a"
                        + " copy of the bucket",
                cause);
    }

    HoldfastException tooLarge(String key, String size) {
        return HoldfastException.about(
                key,
                FailureCode.VAULT_UNKNOWN_FORMAT,
                key + " has " + size + ", too many for a process with a heap of " + (limits.heap() >> 20) + " MiB; set "
                        + HeapSetting.NAME
                        + " to a larger heap and restart it, or, if no backup is so large, find out what wrote the"
                        + " object");
    }

    private Frame frame(String key, byte[] object) throws GeneralSecurityException {
        ByteBuffer plain = ByteBuffer.wrap(ring.decrypt(object, ascii(key)));
        if (plain.get() != VERSION) {
            throw HoldfastException.about(
                    key, FailureCode.VAULT_UNKNOWN_FORMAT, key + " has a later format; use a newer Holdfast");
        }
        byte[] signature = new byte[plain.getShort()];
        plain.get(signature);
        int length = plain.remaining();
        byte[] signed = signed(key, plain);
        verify(signature, signed);
        return new Frame(signed, signed.length - length, length);
    }

    private void verify(byte[] signature, byte[] signed) throws GeneralSecurityException {
        VaultKeys seen = ring.keys();
        try {
            seen.verify().verify(signature, signed);
        } catch (GeneralSecurityException e) {
            if (!ring.refresh(seen)) {
                ring.refuseLostSigning(signature);
                throw e;
            }
            verify(signature, signed);
        }
    }

    private int size(String key, Frame frame) throws IOException {
        long size = Zstd.getFrameContentSize(frame.array(), frame.from(), frame.length());
        if (size < 0 || size > limits.json()) {
            throw new IOException("a frame of " + size + " bytes");
        }
        if (size > limits.jsonInMemory()) {
            throw tooLarge(key, size + " bytes of JSON");
        }
        return (int) size;
    }

    private static byte[] signed(String key, ByteBuffer frame) {
        byte[] head = ascii("holdfast sealed 1\n" + key + "\n");
        return ByteBuffer.allocate(head.length + frame.remaining())
                .put(head)
                .put(frame)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
