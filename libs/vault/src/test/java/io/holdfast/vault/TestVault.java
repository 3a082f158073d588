package io.holdfast.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.GracePeriod;
import io.holdfast.vault.crypto.KeyEncryptionKey;
import io.holdfast.vault.crypto.VaultKeys;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentWriter;
import io.holdfast.vault.write.WriteOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A vault in memory with one source, and the small things that tests say often. */
public final class TestVault {
    public static final String NAME = "shop";

    public final ObjectStore store;
    public final KeyEncryptionKey key;
    public final Vault vault;
    public final SourceId source = SourceId.next(InstantSource.system());

    public TestVault() {
        this(new MemoryObjectStore());
    }

    public TestVault(ObjectStore store) {
        this(store, GracePeriod.STANDARD);
    }

    /** With a store and a vault that know the time from this clock. */
    public TestVault(TestClock clock) {
        this(new MemoryObjectStore(clock), clock.grace());
    }

    public TestVault(ObjectStore store, GracePeriod grace) {
        this.store = store;
        this.key = key();
        this.vault = Vault.init(store, key).with(grace);
    }

    public TestVault(ObjectStore store, KeyEncryptionKey key) {
        this.store = store;
        this.key = key;
        this.vault = Vault.init(store, key);
    }

    public static KeyEncryptionKey key() {
        try {
            VaultKeys.register();
            return KeyEncryptionKey.of(
                    "test",
                    KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM)
                            .getPrimitive(RegistryConfiguration.get(), Aead.class));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static BackupId backupId() {
        return BackupId.next(InstantSource.system());
    }

    public BackupWriter write(BackupId backup) {
        return vault.write(source, backup, WriteOptions.STANDARD);
    }

    /** One table, one segment. */
    public Manifest backup(Rows rows) {
        return backup(backupId(), rows, WriteOptions.STANDARD);
    }

    public Manifest backup(BackupId id, Rows rows, WriteOptions options) {
        try (BackupWriter writer = vault.write(source, id, options)) {
            return writer.commit(contents(writer, table(writer, "t", rows)));
        }
    }

    public static BackupContents.Table table(BackupWriter writer, String name, Rows rows) {
        try (SegmentWriter segment = writer.segment()) {
            rows.writeTo(segment);
            return table(name, rows, segment.end());
        }
    }

    public static BackupContents.Table table(String name, Rows rows, List<Extent> extents) {
        return new BackupContents.Table(
                new BackupContents.Name("public", name),
                List.of(new BackupContents.Column("id", "bigint"), new BackupContents.Column("text", "text")),
                rows.count(),
                "fingerprint",
                rows.bytes().length,
                ChunkSizeClass.MIB_1,
                extents,
                null);
    }

    public static BackupContents contents(BackupWriter writer, BackupContents.Table... tables) {
        return contents(NAME, writer, tables);
    }

    /** Before a restore writes into table {@code s}. */
    public Manifest safety(Rows rows) {
        try (BackupWriter writer = write(backupId())) {
            var scope = new BackupContents.Scope(false, List.of("public.s"), List.of(), List.of(), true, null, null);
            return writer.commit(contents(NAME, "safety", scope, writer, table(writer, "s", rows)));
        }
    }

    public static BackupContents contents(String sourceName, BackupWriter writer, BackupContents.Table... tables) {
        return contents(sourceName, "manual", BackupContents.Scope.WHOLE, writer, tables);
    }

    private static BackupContents contents(
            String sourceName,
            String kind,
            BackupContents.Scope scope,
            BackupWriter writer,
            BackupContents.Table... tables) {
        byte[] dump = "create table the_schema_dump".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new BackupContents(
                sourceName,
                kind,
                List.of("before-migration"),
                Instant.EPOCH,
                Instant.EPOCH,
                scope,
                new BackupContents.Server("postgres", "15.20", "shop", "UTF8", "C", "C", List.of(), null),
                new BackupContents.SchemaDump("pg_dump custom", dump.length, writer.blob(dump)),
                List.of(tables),
                List.of(new BackupContents.Sequence(new BackupContents.Name("public", "t_id_seq"), 7, true, null)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null);
    }

    public byte[] read(Manifest manifest, String table) throws IOException {
        try (BackupReader reader = vault.reader(source, manifest.backup());
                var in = reader.open(find(reader.manifest(), table))) {
            return in.readAllBytes();
        }
    }

    public static BackupContents.Table find(Manifest manifest, String table) {
        return manifest.contents().tables().stream()
                .filter(t -> t.name().name().equals(table))
                .findFirst()
                .orElseThrow();
    }

    public List<String> keys(String prefix) {
        return store.list(prefix).map(StoredObject::key).toList();
    }

    public static void assertFails(FailureCode code, ThrowingCallable call, @Nullable String... said) {
        Assertions.assertThatThrownBy(call).isInstanceOfSatisfying(HoldfastException.class, failure -> {
            Assertions.assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
            for (String text : said) {
                Assertions.assertThat(failure.getMessage()).contains(text);
            }
        });
    }

    public static TestVault withChunksThatWaitFor(CountDownLatch stalled) {
        return withChunksThatWaitFor(new CountDownLatch(1), stalled);
    }

    /** @param uploading counted down when one is to be uploaded */
    public static TestVault withChunksThatWaitFor(CountDownLatch uploading, CountDownLatch stalled) {
        return new TestVault(new FaultyStore(new MemoryObjectStore()) {
            @Override
            protected void before(String verb, String key) {
                if (key.contains("/chunks/") && verb.equals("putIfAbsent")) {
                    uploading.countDown();
                    awaitQuietly(stalled);
                }
            }
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
