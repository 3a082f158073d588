package io.holdfast.vault.check;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.check.VaultReport.Kind;
import io.holdfast.vault.check.VaultReport.Problem;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.KeyEscrow;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at everything in the vault, and reads a share of its chunks, each once however many backups need it. */
public final class VaultCheck {
    private static final int READERS = 4;
    private static final Set<String> TOP = Set.of("keys", "sources", "probe", "audit");
    private static final Set<String> BELOW_SOURCE =
            Set.of("chunks", "backups", "tombstones", "proofs", "holds", "journal", "quarantine", "reports", "wal");

    private final VaultContext vault;
    private final ReadShare share;
    private final SplittableRandom random = new SplittableRandom();
    private final AtomicInteger read = new AtomicInteger();
    private int replaced;
    private final AtomicLong readBytes = new AtomicLong();

    public VaultCheck(VaultContext vault, ReadShare share) {
        this.vault = vault;
        this.share = share;
    }

    public VaultReport run(ProgressListener progressListener) {
        List<Problem> problems = new ArrayList<>(strangeFolders("", TOP::contains, null));
        problems.addAll(strangeFolders(
                VaultLayout.SOURCES, name -> VaultLayout.sourceId(name).isPresent(), null));
        vault.keys()
                .damagedKeysets()
                .forEach((key, message) -> problems.add(new Problem(Kind.UNREADABLE, null, key, message, List.of())));
        problems.addAll(damagedConfirmations());
        List<SourceId> sources = vault.objects().sources();
        int backups = 0;
        int chunks = 0;
        long stored = 0;
        int garbage = 0;
        long garbageBytes = 0;
        for (SourceId source : sources) {
            problems.addAll(strangeFolders(VaultLayout.SOURCES + source + "/", BELOW_SOURCE::contains, source));
            SourceIntegrityCheck check = new SourceIntegrityCheck(vault, source);
            check.survey();
            read(source, check, progressListener);
            problems.addAll(check.problems());
            backups += check.backups();
            chunks += check.needed().size();
            stored += check.needed().stream().mapToLong(StoredChunk::stored).sum();
            garbage += check.unreferenced().size();
            garbageBytes +=
                    check.unreferenced().stream().mapToLong(StoredObject::size).sum();
        }
        return new VaultReport(
                vault.id(),
                sources.size(),
                backups,
                chunks,
                stored,
                read.get(),
                replaced,
                garbage,
                garbageBytes,
                problems);
    }

    private List<Problem> damagedConfirmations() {
        List<Problem> damaged = new ArrayList<>();
        try (Stream<StoredObject> notes = vault.store().list(VaultLayout.ESCROWS)) {
            notes.map(StoredObject::key).forEach(key -> {
                try {
                    Optional<KeyEscrow> unused = vault.sealed().read(key, KeyEscrow.class);
                } catch (HoldfastException holdfastException) {
                    if (!ObjectSealer.isUnreadable(holdfastException)) {
                        throw holdfastException;
                    }
                    damaged.add(new Problem(
                            Kind.UNREADABLE,
                            null,
                            key,
                            holdfastException.reason().message(),
                            List.of()));
                }
            });
        }
        return damaged;
    }

    private void read(SourceId source, SourceIntegrityCheck check, ProgressListener progressListener) {
        List<StoredChunk> wanted = drawn(check.present());
        List<StoredObject> strangers = drawn(check.unreferenced());
        long total = readBytes.get()
                + wanted.stream().mapToLong(StoredChunk::stored).sum()
                + strangers.stream().mapToLong(StoredObject::size).sum();
        try (ChunkVerifier probe = new ChunkVerifier(vault, source)) {
            ParallelTasks.each(wanted, READERS, "checking chunks", chunk -> {
                look(chunk, probe, check);
                told(chunk.stored(), total, progressListener);
            });
            ParallelTasks.each(
                    suspicious(check, probe, wanted), READERS, "checking chunks", chunk -> look(chunk, probe, check));
            ParallelTasks.each(strangers, READERS, "checking chunks", object -> {
                if (!probe.isOurs(object)) {
                    check.foreign(object);
                }
                told(object.size(), total, progressListener);
            });
            replaced += probe.replaced();
        }
    }

    private static void look(StoredChunk chunk, ChunkVerifier probe, SourceIntegrityCheck check) {
        probe.look(chunk).ifPresentOrElse(fault -> check.bad(chunk, fault), () -> check.well(chunk));
    }

    /** Always read: chunks in quarantine, which somebody may have brought back, and those that the listing lacks. */
    private static List<StoredChunk> suspicious(
            SourceIntegrityCheck check, ChunkVerifier probe, List<StoredChunk> read) {
        Set<StoredChunk> wanted = new HashSet<>(check.faulty());
        check.present().stream().filter(probe::isSuspect).forEach(wanted::add);
        read.forEach(wanted::remove);
        return List.copyOf(wanted);
    }

    private void told(long bytes, long total, ProgressListener progressListener) {
        read.incrementAndGet();
        progressListener.at(readBytes.addAndGet(bytes), total);
    }

    /** At least one, if any at all are wanted. */
    private <T> List<T> drawn(List<T> all) {
        if (share.fraction() == 0 || all.isEmpty()) {
            return List.of();
        }
        int sure = random.nextInt(all.size());
        List<T> drawn = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (random.nextDouble() < share.fraction() || i == sure) {
                drawn.add(all.get(i));
            }
        }
        return drawn;
    }

    private List<Problem> strangeFolders(String prefix, Predicate<String> known, @Nullable SourceId source) {
        return vault.store().folders(prefix).stream()
                .filter(known.negate())
                .map(name -> new Problem(
                        Kind.FOREIGN,
                        source,
                        prefix + name + "/",
                        prefix + name + "/ is no folder of this vault; see where it comes from",
                        List.<VaultReport.Affected>of()))
                .toList();
    }
}
