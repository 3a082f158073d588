package io.holdfast.vault.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.CorruptibleVault.Known;
import io.holdfast.vault.check.VaultReport.Affected;
import io.holdfast.vault.check.VaultReport.Problem;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.store.MemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * 200 corruptions over all objects of a vault: each is found, by a typed failure or a named problem, and only the damaged object
 * and the backups that need it are blamed.
 */
final class CorruptionTest {
    private static final int CORRUPTIONS = Integer.getInteger("holdfast.corruptions", 200);
    private static final long SEED = Long.getLong("holdfast.seed", 20260115);

    private enum Kind {
        FLIPPED_BIT,
        TRUNCATED,
        REMOVED,
        SWAPPED_WITHIN_A_SOURCE,
        SWAPPED_BETWEEN_SOURCES,
        STALE_MANIFEST,
        REPLAYED_PROOF
    }

    /** The damaged objects, for a message with what was done to them. */
    private record Damage(Set<String> keys, String what) {}

    private final CorruptibleVault vault = new CorruptibleVault();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void theVaultIsGoodBeforeItIsDamaged() {
        assertThat(judge(vault.copy(), new Damage(Set.of(), "nothing"))).containsExactly("not found");
        assertThat(vault.known.values())
                .extracting(Known::status)
                .contains(BackupStatus.STORED, BackupStatus.PROVEN, BackupStatus.FAILED, BackupStatus.DELETED);
    }

    @Test
    void everyCorruptionIsFoundAndNothingElseIsBlamed() {
        List<String> wrong = new ArrayList<>();
        Map<Kind, Integer> done = new EnumMap<>(Kind.class);
        for (int i = 0; i < CORRUPTIONS; i++) {
            Kind kind = Kind.values()[i % Kind.values().length];
            MemoryObjectStore store = vault.copy();
            Damage damage = damage(kind, store);
            done.merge(kind, 1, Integer::sum);
            for (String finding : judge(store, damage)) {
                wrong.add(kind + " " + damage.what() + ": " + finding);
            }
        }

        assertThat(wrong).as("seed %s", SEED).isEmpty();
        assertThat(done).hasSize(Kind.values().length);
    }

    private Damage damage(Kind kind, MemoryObjectStore store) {
        return switch (kind) {
            case FLIPPED_BIT -> flip(store);
            case TRUNCATED -> truncate(store);
            case REMOVED -> remove(store);
            case SWAPPED_WITHIN_A_SOURCE -> {
                String prefix = VaultLayout.everything(vault.sources.get(random.nextInt(2)));
                List<String> keys =
                        keys().stream().filter(key -> key.startsWith(prefix)).toList();
                String one = any(keys);
                yield swap(
                        store,
                        one,
                        any(keys.stream().filter(key -> !key.equals(one)).toList()));
            }
            case SWAPPED_BETWEEN_SOURCES -> {
                String one = any(of(0));
                String role = role(one);
                yield swap(
                        store,
                        one,
                        any(of(1).stream().filter(key -> role(key).equals(role)).toList()));
            }
            case STALE_MANIFEST -> {
                store.put(VaultLayout.manifest(vault.deleted.source(), vault.deleted.backup()), vault.deletedManifest);
                Set<String> missing = new HashSet<>();
                vault.deleted.chunks().stream()
                        .map(chunk -> VaultLayout.chunk(vault.deleted.source(), chunk))
                        .filter(key -> !vault.objects.containsKey(key))
                        .forEach(missing::add);
                yield new Damage(missing, "of the deleted backup " + vault.deleted.backup());
            }
            case REPLAYED_PROOF -> {
                List<String> proofs =
                        keys().stream().filter(key -> key.contains("/proofs/")).toList();
                String proof = any(proofs);
                Known other = any(vault.known.values().stream()
                        .filter(known -> !proof.contains(known.backup().toString()))
                        .toList());
                String place = VaultLayout.proofs(other.source(), other.backup())
                        + proof.substring(proof.lastIndexOf('/') + 1);
                store.put(place, bytes(proof));
                yield new Damage(Set.of(place), proof + " as " + place);
            }
        };
    }

    private Damage flip(MemoryObjectStore store) {
        String key = any(keys());
        byte[] bad = bytes(key).clone();
        int bit = random.nextInt(bad.length * 8);
        if (key.equals(VaultLayout.VAULT) && vault.isInformation(bit / 8)) {
            return flip(store);
        }
        bad[bit / 8] ^= (byte) (1 << (bit % 8));
        store.put(key, bad);
        return new Damage(Set.of(key), key + " bit " + bit);
    }

    private Damage truncate(MemoryObjectStore store) {
        String key = any(keys());
        // the keysets of Tink end with a line end, whose loss is no damage
        int length = random.nextInt(new String(bytes(key), StandardCharsets.ISO_8859_1)
                .stripTrailing()
                .length());
        store.put(key, Arrays.copyOf(bytes(key), length));
        return new Damage(Set.of(key), key + " to " + length);
    }

    private Damage remove(MemoryObjectStore store) {
        String key = any(keys().stream().filter(each -> !vault.superseded(each)).toList());
        store.delete(key);
        return new Damage(Set.of(key), key);
    }

    private Damage swap(MemoryObjectStore store, String one, String other) {
        store.put(one, bytes(other));
        store.put(other, bytes(one));
        return new Damage(Set.of(one, other), one + " with " + other);
    }

    /** What is wrong with how the damage was found; empty if nothing is. */
    private List<String> judge(MemoryObjectStore store, Damage damage) {
        Set<BackupId> affected = new HashSet<>();
        damage.keys().forEach(key -> affected.addAll(vault.affected(key)));
        List<String> wrong = new ArrayList<>();
        try {
            if (!look(store, damage, affected, wrong)) {
                wrong.add("not found");
            }
        } catch (HoldfastException failure) {
            if (damage.keys().stream().noneMatch(key -> explains(key, failure))) {
                wrong.add("the whole vault fails: " + failure.code() + " " + failure.getMessage());
            }
        } catch (RuntimeException e) {
            wrong.add("crash: " + e);
        }
        return wrong;
    }

    /** Without the header and the keysets no vault opens. With a wrong id in the header no keyset opens. */
    private static boolean explains(String key, HoldfastException failure) {
        return key.equals(VaultLayout.VAULT)
                || key.startsWith(VaultLayout.KEYS)
                        && String.valueOf(failure.getMessage()).contains(key);
    }

    private boolean look(MemoryObjectStore store, Damage damage, Set<BackupId> affected, List<String> wrong) {
        Vault damaged = Vault.open(store, vault.key).with(vault.clock.grace());
        boolean found = damaged.keys().escrow().isEmpty(); // `vault check` warns of it
        VaultReport report = damaged.checkAll(ReadShare.ALL, ProgressListener.NONE);
        for (Problem problem : report.problems()) {
            found = true;
            if (!damage.keys().contains(problem.key())) {
                wrong.add("blamed " + problem);
            }
            problem.affected().stream()
                    .map(Affected::backup)
                    .filter(id -> !affected.contains(id) && !id.equals(vault.deleted.backup()))
                    .forEach(id -> wrong.add("blamed backup " + id + " by " + problem));
        }
        for (Known known : vault.known.values()) {
            String now = state(damaged, known);
            if (!now.equals(good(known))) {
                found = true;
                if (!affected.contains(known.backup())) {
                    wrong.add("backup " + known.backup() + " is " + now + " instead of " + good(known));
                }
            }
        }
        return found;
    }

    private static String good(Known known) {
        String chunks = known.status() == BackupStatus.DELETED ? FailureCode.BACKUP_NOT_USABLE.name() : "[]";
        return known.status() + " " + known.held() + " " + chunks;
    }

    private static String state(Vault damaged, Known known) {
        String standing =
                said(() -> damaged.standing(known.source(), known.backup()).name());
        String held = said(() ->
                String.valueOf(damaged.held(known.source(), known.backup()).isPresent()));
        String chunks = said(() -> damaged.check(known.source(), known.backup(), CheckLevel.READ, ProgressListener.NONE)
                .problems()
                .toString());
        return standing + " " + held + " " + chunks;
    }

    private static String said(Supplier<String> asked) {
        try {
            return asked.get();
        } catch (HoldfastException failure) {
            return failure.code().name();
        }
    }

    private List<String> keys() {
        return vault.needed();
    }

    private List<String> of(int source) {
        String prefix = VaultLayout.everything(vault.sources.get(source));
        return keys().stream()
                .filter(key -> key.startsWith(prefix)
                        && !role(key).equals("journal")
                        && !role(key).equals("tombstones"))
                .toList();
    }

    /** The folder within the source. */
    private static String role(String key) {
        return key.split("/", 4)[2];
    }

    private byte[] bytes(String key) {
        return Objects.requireNonNull(vault.objects.get(key), key);
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
