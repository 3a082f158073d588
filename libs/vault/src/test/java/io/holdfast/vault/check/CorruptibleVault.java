package io.holdfast.vault.check;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyEncryptionKey;
import io.holdfast.vault.format.JournalPage;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.StoredObject;
import io.holdfast.vault.write.BackupWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** A vault with every kind of object, of which each test gets a copy to damage. */
final class CorruptibleVault {
    /** What a catalog knows of a backup. */
    record Known(SourceId source, BackupId backup, BackupStatus status, boolean held) {}

    final TestClock clock = new TestClock();
    final KeyEncryptionKey key = TestVault.key();
    final Map<String, byte[]> objects = new LinkedHashMap<>();
    final Map<BackupId, Known> known = new LinkedHashMap<>();
    final List<SourceId> sources;
    /** The manifest of a backup whose deletion is complete. */
    final Manifest deleted;

    final byte[] deletedManifest;

    /** Which live backups need an object. */
    private final Map<String, Set<BackupId>> users = new LinkedHashMap<>();

    CorruptibleVault() {
        MemoryObjectStore store = new MemoryObjectStore(clock);
        Vault vault = Vault.init(store, key).with(clock.grace());
        SourceId a = SourceId.next(InstantSource.system());
        SourceId b = SourceId.next(InstantSource.system());
        sources = List.of(a, b);
        deleted = backup(vault, a, 1, 90);
        String manifest = VaultLayout.manifest(a, deleted.backup());
        deletedManifest = store.get(manifest).orElseThrow();
        vault.delete(a, deleted.backup(), "ops", "old");
        for (int i = 0; i < 2; i++) {
            clock.passGrace();
            clock.pass(Duration.ofSeconds(1));
            vault.sweep(a, false);
            vault.sweep(a, false);
        }

        List<Manifest> all =
                List.of(backup(vault, a, 1, 2), backup(vault, a, 1, 3), backup(vault, b, 1, 2), backup(vault, b, 4, 5));
        vault.keys().rotate();
        Manifest rotated = backup(vault, a, 6, 7);
        Manifest tombstoned = backup(vault, b, 8, 9);
        vault.delete(b, tombstoned.backup(), "ops", "old");
        vault.hold(a, all.getFirst().backup(), "ops", "audit");
        vault.hold(b, all.getLast().backup(), "ops", "audit");
        proof(vault, all.get(1), Proof.Outcome.PROVEN);
        proof(vault, all.get(2), Proof.Outcome.PROVEN);
        proof(vault, all.get(3), Proof.Outcome.FAILED);
        proof(vault, rotated, Proof.Outcome.PROVEN);
        vault.keys().confirm(key, "safe");
        String page = VaultLayout.journalPage(a, TestVault.backupId(), UUID.randomUUID(), 1);
        store.put(page, vault.context().sealer().seal(page, new JournalPage(rotated.chunks())));

        Stream.concat(all.stream(), Stream.of(rotated)).forEach(this::used);
        Stream.concat(all.stream(), Stream.of(rotated, tombstoned)).forEach(each -> {
            BackupId id = each.backup();
            known.put(
                    id,
                    new Known(
                            each.source(),
                            id,
                            vault.standing(each.source(), id),
                            vault.held(each.source(), id).isPresent()));
        });
        store.list("")
                .map(StoredObject::key)
                .filter(name -> !name.startsWith(VaultLayout.PROBE))
                .forEach(name -> objects.put(name, store.get(name).orElseThrow()));
    }

    /** A store with all objects. */
    MemoryObjectStore copy() {
        MemoryObjectStore store = new MemoryObjectStore(clock);
        objects.forEach(store::put);
        return store;
    }

    /** All objects but those that only a deleted backup needs, whose loss is none. */
    List<String> needed() {
        return objects.keySet().stream()
                .filter(key -> !key.contains("/chunks/") || users.containsKey(key))
                .filter(key -> known.values().stream()
                        .filter(each -> each.status() == BackupStatus.DELETED)
                        .noneMatch(each -> key.equals(VaultLayout.manifest(each.source(), each.backup()))))
                .toList();
    }

    /** Whether a later version holds all keys of this keyset, or it is a page of a journal, which only saves uploads. */
    boolean superseded(String key) {
        return key.contains("/journal/")
                || key.endsWith(VaultLayout.JSON)
                        && objects.containsKey(key.substring(0, key.length() - VaultLayout.JSON.length()) + ".2.json");
    }

    /** Whether a byte of the header is of the instant of its creation, on which nothing depends. */
    boolean isInformation(int at) {
        String header = new String(objects.getOrDefault(VaultLayout.VAULT, new byte[0]), StandardCharsets.UTF_8);
        int begin = header.indexOf('"', header.indexOf(':', header.indexOf("\"createdAt\"")));
        return at > begin && at < header.indexOf('"', begin + 1);
    }

    /** The backups that the damage of an object may affect. */
    Set<BackupId> affected(String key) {
        Set<BackupId> affected = new HashSet<>(users.getOrDefault(key, Set.of()));
        known.keySet().stream().filter(id -> key.contains(id.toString())).forEach(affected::add);
        return affected;
    }

    private void used(Manifest manifest) {
        for (StoredChunk chunk : manifest.chunks()) {
            users.computeIfAbsent(VaultLayout.chunk(manifest.source(), chunk), name -> new HashSet<>())
                    .add(manifest.backup());
        }
    }

    private Manifest backup(Vault vault, SourceId source, long first, long second) {
        clock.pass(Duration.ofSeconds(1));
        BackupId id = BackupId.next(clock);
        try (BackupWriter writer = vault.write(source, id, clock.options())) {
            return writer.commit(TestVault.contents(
                    "source of " + source,
                    writer,
                    TestVault.table(writer, "one", Rows.of(first, 200)),
                    TestVault.table(writer, "two", Rows.of(second, 200))));
        }
    }

    private void proof(Vault vault, Manifest manifest, Proof.Outcome outcome) {
        Instant at = clock.instant();
        vault.putProof(new Proof(
                VerificationId.next(clock),
                manifest.backup(),
                manifest.source(),
                outcome,
                at,
                at,
                "as the test wants",
                null));
    }
}
