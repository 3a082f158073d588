package io.holdfast.vault.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.store.StoredObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files and sealed documents below one prefix of the vault, each compressed, encrypted and authenticated as a whole. A
 * file is bound to its key: one that was changed, forged or moved does not open. Garbage collection of chunks does not
 * touch these objects; whoever writes them removes them.
 *
 * <p>Plain form inside the encryption: one byte 1, zstd frame. Associated data: {@code "holdfast file 1\n" key}.
 *
 * <p>Paths are relative to the prefix and in ASCII. Safe for many threads. Failures are those of the store and those
 * that are named.
 */
public final class SealedFiles {
    private static final byte VERSION = 1;
    private static final int LEVEL = 3;

    private final VaultContext vault;
    private final String prefix;

    public SealedFiles(VaultContext vault, String prefix) {
        this.vault = vault;
        this.prefix = prefix;
    }

    /** What {@link #add} found. */
    public enum Added {
        /** The file was not there, and is now. */
        NEW,
        /** The same content was there. */
        SAME,
        /** Other content was there, and stays. */
        DIFFERENT
    }

    /** The same files below a folder of this prefix; {@code folder} ends with a slash. */
    public SealedFiles folder(String folder) {
        return new SealedFiles(vault, prefix + folder);
    }

    /** The names of the next folders below this prefix, without slashes. */
    public List<String> folders() {
        return vault.store().folders(prefix);
    }

    /** Where this is, for messages. */
    public String describe() {
        return vault.store().describe() + "/" + prefix;
    }

    /**
     * Stores a file unless there is one. Never overwrites. Doing so again with the same content is {@code SAME}. Where
     * the store locks objects, the file is locked.
     *
     * @throws HoldfastException WAL_MISSING if what is there does not open
     */
    public Added add(String path, byte[] content) {
        if (vault.store().head(prefix + path).isEmpty()
                && vault.store().putLocked(prefix + path, seal(prefix + path, content))) {
            return Added.NEW;
        }
        byte[] there = read(path).orElseThrow(() -> missing(path, "was removed while it was compared", null));
        return Arrays.equals(there, content) ? Added.SAME : Added.DIFFERENT;
    }

    /**
     * Stores a file under a unique path. Unlike {@link #add}, it does not compare the content of an existing file.
     *
     * @return its size as stored
     * @throws HoldfastException WAL_CONFLICT if other content is there, which stays
     */
    public long addNew(String path, byte[] content) {
        byte[] sealed = seal(prefix + path, content);
        if (!vault.store().putLocked(prefix + path, sealed)) {
            throw HoldfastException.about(
                    path,
                    FailureCode.WAL_CONFLICT,
                    "the vault has other content under " + path + " in " + describe() + ", which was not overwritten");
        }
        return sealed.length;
    }

    /** Stores a file, and replaces one that is there. */
    public void replace(String path, byte[] content) {
        vault.store().put(prefix + path, seal(prefix + path, content));
    }

    /**
     * The content; empty if there is no such file.
     *
     * @throws HoldfastException WAL_MISSING if it is not what the vault stored there
     */
    public Optional<byte[]> read(String path) {
        return vault.store().get(prefix + path).map(object -> open(path, object));
    }

    /** The files below a folder, in the order of their names; keys are relative to the prefix, sizes are as stored. */
    public List<StoredObject> list(String folder) {
        try (Stream<StoredObject> all = vault.store().list(prefix + folder)) {
            return all.map(object ->
                            new StoredObject(object.key().substring(prefix.length()), object.size(), object.modified()))
                    .toList();
        }
    }

    /** Size as stored; empty if there is no such object. */
    public Optional<StoredObject> head(String path) {
        return vault.store().head(prefix + path);
    }

    public void delete(String path) {
        vault.store().delete(prefix + path);
    }

    /** Stores a signed document, and replaces one that is there. */
    public void putDocument(String path, Object value) {
        vault.store().put(prefix + path, vault.sealer().seal(prefix + path, value));
    }

    /**
     * A signed document; empty if there is none.
     *
     * @throws HoldfastException MANIFEST_CORRUPT, VAULT_UNKNOWN_FORMAT
     */
    public <T> Optional<T> document(String path, Class<T> type) {
        return vault.sealed().read(prefix + path, type);
    }

    private byte[] seal(String key, byte[] content) {
        try {
            byte[] frame = Zstd.compress(content, LEVEL);
            byte[] plain = ByteBuffer.allocate(1 + frame.length)
                    .put(VERSION)
                    .put(frame)
                    .array();
            return vault.keys().keys().data().encrypt(plain, bound(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal " + key, e);
        }
    }

    private byte[] open(String path, byte[] object) {
        try {
            byte[] plain = vault.keys().decrypt(object, bound(prefix + path));
            if (plain.length == 0 || plain[0] != VERSION) {
                throw HoldfastException.about(
                        path, FailureCode.VAULT_UNKNOWN_FORMAT, path + " has a later format; use a newer Holdfast");
            }
            byte[] frame = Arrays.copyOfRange(plain, 1, plain.length);
            return Zstd.decompress(frame, (int) Zstd.getFrameContentSize(frame));
        } catch (GeneralSecurityException | ZstdException | NegativeArraySizeException e) {
            throw missing(path, "is not what this vault stored there: damaged, forged or moved", e);
        }
    }

    private HoldfastException missing(String path, String what, @Nullable Exception cause) {
        return new HoldfastException(
                FailureReason.of(
                        FailureCode.WAL_MISSING,
                        prefix + path + " in vault " + vault.store().describe() + " " + what
                                + "; restore the object from a copy of the bucket",
                        path),
                cause);
    }

    private static byte[] bound(String key) {
        return ("holdfast file 1\n" + key).getBytes(StandardCharsets.US_ASCII);
    }
}
