package io.holdfast.transfer.access;

import io.holdfast.config.Secret;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.config.VaultConfig;
import io.holdfast.config.VaultConfig.LockMode;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
import io.holdfast.vault.store.S3Settings;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The configured vault, opened when it is first needed and kept. A vault that cannot be opened is tried again by the next
 * call. Safe for many threads.
 */
public final class VaultConnector implements AutoCloseable {
    private final VaultConfig config;
    private final Supplier<Duration> grace;
    private @Nullable ObjectStore store;
    private @Nullable Vault vault;

    /** @param grace how long deleted backups' chunks stay: the same for all that use the vault */
    public VaultConnector(VaultConfig config, Duration grace) {
        this(config, () -> grace);
    }

    /** @param grace as above; read for each vault that is handed out, because it may change */
    public VaultConnector(VaultConfig config, Supplier<Duration> grace) {
        this.config = config;
        this.grace = grace;
    }

    /** Never makes one: who only reads backups has nothing to write a key for. Fails as {@link #reopened} does. */
    public synchronized Vault vault() {
        if (vault == null) {
            vault = open();
        }
        return vault.withGrace(grace.get());
    }

    /**
     * Opens the vault anew, though it may be open already: what became of it meanwhile (gone, replaced, another key) is
     * found. Never makes one. Fails as {@link Vault#open}, {@link KeyFile#read} and the S3 store do.
     */
    public synchronized Vault reopened() {
        vault = null;
        vault = open();
        return vault;
    }

    /** Makes the vault and its key file where there is neither; opens it where there are both. */
    public synchronized Vault init() {
        vault = init(store());
        return vault;
    }

    private Vault open() {
        return Vault.open(store(), KeyFile.read(config.keyFile())).withGrace(grace.get());
    }

    private Vault init(ObjectStore in) {
        return Vault.init(
                        in,
                        Files.exists(config.keyFile())
                                ? KeyFile.read(config.keyFile())
                                : KeyFile.create(config.keyFile(), in))
                .withGrace(grace.get());
    }

    private ObjectStore store() {
        if (store == null) {
            store = S3ObjectStore.open(settings(config));
        }
        return store;
    }

    /** @throws HoldfastException CONFIG_INVALID if a secret cannot be had */
    public static S3Settings settings(VaultConfig config) {
        return new S3Settings(
                        config.endpoint().orElse(null),
                        config.region(),
                        config.pathStyle(),
                        config.bucket(),
                        config.prefix(),
                        reveal(config.accessKey()),
                        reveal(config.secretKey()))
                .checksumsWhenRequired(config.checksums() == VaultConfig.Checksums.WHEN_REQUIRED)
                .locking(config.objectLock()
                        .map(lock -> new S3Settings.Lock(lock.mode() == LockMode.COMPLIANCE, lock.lasting()))
                        .orElse(null));
    }

    private static @Nullable String reveal(Optional<SecretRef> reference) {
        try {
            return reference.map(SecretRef::resolve).map(Secret::reveal).orElse(null);
        } catch (SecretUnavailableException e) {
            throw HoldfastException.of(FailureCode.CONFIG_INVALID, "vault: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        if (store != null) {
            store.close();
        }
    }
}
