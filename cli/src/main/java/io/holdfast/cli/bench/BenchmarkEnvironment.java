package io.holdfast.cli.bench;

import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
import io.holdfast.vault.store.S3Settings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The servers of a run, and its folder: gone with it. */
final class BenchmarkEnvironment implements AutoCloseable {
    private final Path folder;
    private final DevStack stack;
    private int vaults;

    BenchmarkEnvironment(Path folder) {
        this.folder = folder;
        this.stack = DevStack.start(StackOptions.temporary().only(StackComponent.POSTGRES, StackComponent.S3));
    }

    /** A vault of its own, and its connection. */
    record Fresh(ObjectStore store, Vault vault) implements AutoCloseable {
        @Override
        public void close() {
            store.close();
        }
    }

    StackAddresses.Postgres postgres() {
        return stack.addresses().postgres();
    }

    /** Counts this process and the servers here; a database elsewhere is not seen. */
    CpuTime cpu() {
        return new CpuTime(stack.process());
    }

    Fresh freshVault() {
        StackAddresses.S3 s3 = stack.addresses().s3();
        String prefix = "bench-" + vaults++;
        ObjectStore store = S3ObjectStore.open(new S3Settings(
                URI.create(s3.endpoint()), s3.region(), true, s3.bucket(), prefix, s3.accessKey(), s3.secretKey()));
        return new Fresh(store, Vault.init(store, KeyFile.create(folder.resolve(prefix + ".key"), store)));
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        stack.close();
        if (Files.exists(folder)) {
            DumpFolder.delete(folder);
        }
    }
}
