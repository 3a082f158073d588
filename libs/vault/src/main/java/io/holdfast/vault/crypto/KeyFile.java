package io.holdfast.vault.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * The key-encryption key as a file: a Tink keyset as JSON, in the clear, mode 0600. Who loses it loses every backup;
 * who has it, and the bucket, reads them all.
 */
public final class KeyFile {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> TOO_OPEN = EnumSet.of(
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private KeyFile() {}

    /**
     * Makes a new key for a vault that is yet to be made there.
     *
     * @throws HoldfastException VAULT_NOT_EMPTY if the store has objects: they were written under another key, and a new one next
     *     to them would only look like theirs; CONFIG_INVALID if the file exists or cannot be written
     */
    public static KeyEncryptionKey create(Path file, ObjectStore store) {
        if (!store.page("", "").objects().isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.VAULT_NOT_EMPTY,
                    store.describe() + " has objects, so no new key file is made for it; bring its own key file to "
                            + file + ", or choose an empty prefix");
        }
        return another(file);
    }

    /**
     * Creates another key, with which a rewrap encrypts the keysets.
     *
     * @throws HoldfastException CONFIG_INVALID if the file exists or cannot be written
     */
    public static KeyEncryptionKey another(Path file) {
        try {
            KeysetHandle handle = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
            write(file, TinkJsonProtoKeysetFormat.serializeKeyset(handle, InsecureSecretKeyAccess.get()));
            return key(handle);
        } catch (FileAlreadyExistsException e) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID, "key file " + file + " exists; it is not overwritten", e);
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.CONFIG_INVALID, "key file " + file + " cannot be written: " + e, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no AES-256-GCM in this JVM", e);
        }
    }

    /**
     * Reads a key file.
     *
     * @throws HoldfastException VAULT_KEY_MISSING if there is none or it cannot be read; VAULT_KEY_WRONG if it is no key file;
     *     CONFIG_INVALID if others may read or change it (a group may read it, as mounted secrets need)
     */
    public static KeyEncryptionKey read(Path file) {
        try {
            return key(keyset(file));
        } catch (GeneralSecurityException e) {
            throw wrong(file);
        }
    }

    /** @throws HoldfastException as {@link #read} */
    static KeysetHandle keyset(Path file) {
        try {
            refuseOpen(file);
            return parse(file, Files.readString(file));
        } catch (NoSuchFileException e) {
            throw HoldfastException.of(
                    FailureCode.VAULT_KEY_MISSING,
                    "key file " + file + " does not exist; bring the vault's key file there, or make a new vault with"
                            + " 'vault init'",
                    e);
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.VAULT_KEY_MISSING, "key file " + file + " cannot be read: " + e, e);
        }
    }

    private static KeysetHandle parse(Path file, String json) {
        try {
            return TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException | RuntimeException e) { // Tink's parser fails with either for damaged JSON
            throw wrong(file);
        }
    }

    /** Without a cause: a parser's message may quote what it read. */
    static HoldfastException wrong(Path file) {
        return HoldfastException.of(FailureCode.VAULT_KEY_WRONG, "key file " + file + " does not hold a vault's key");
    }

    /**
     * Writes a copy of a key file, for its owner alone, to be kept elsewhere.
     *
     * @throws HoldfastException as {@link #read}; CONFIG_INVALID if there is a file already or it cannot be written
     */
    public static KeyEncryptionKey copy(Path file, Path to) {
        KeyEncryptionKey key = read(file);
        try {
            write(to, Files.readString(file));
            return key;
        } catch (FileAlreadyExistsException e) {
            throw HoldfastException.of(FailureCode.CONFIG_INVALID, to + " exists; it is not overwritten", e);
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.CONFIG_INVALID, "the copy " + to + " cannot be written: " + e, e);
        }
    }

    private static KeyEncryptionKey key(KeysetHandle handle) throws GeneralSecurityException {
        return KeyEncryptionKey.of(id(handle), handle.getPrimitive(RegistryConfiguration.get(), Aead.class));
    }

    /** A hash of 256 random bits tells nothing of them. */
    private static String id(KeysetHandle handle) throws GeneralSecurityException {
        byte[] key = TinkProtoKeysetFormat.serializeKeyset(
                handle, InsecureSecretKeyAccess.get(), RegistryConfiguration.get());
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
        return HexFormat.of().formatHex(hash, 0, 16);
    }

    private static void write(Path file, String text) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileAttribute<?>[] mode = posix(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)}
                : new FileAttribute<?>[0];
        try (FileChannel channel = FileChannel.open(file, options, mode)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static void refuseOpen(Path file) throws IOException {
        if (!posix(file)) {
            return;
        }
        Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(file);
        if (allowed.stream().anyMatch(TOO_OPEN::contains)) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    "key file " + file + " is open to others (" + PosixFilePermissions.toString(allowed)
                            + "); run: chmod 600 " + file);
        }
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    static {
        VaultKeys.register();
    }
}
