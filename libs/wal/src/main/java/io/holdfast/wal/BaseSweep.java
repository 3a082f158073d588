package io.holdfast.wal;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.core.DualClockInstant;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.file.SealedFiles;
import io.holdfast.vault.store.StoredObject;
import io.holdfast.wal.pieces.Piece;
import io.holdfast.wal.pieces.PieceLists;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes pieces that no base backup needs. A base backup needs its pieces, and those of others that its lists name, while
 * it exists and for the grace period after its removal. Other pieces are deleted
 *
 * <ul>
 *   <li>of a base backup that was removed longer ago than the grace period;
 *   <li>without a document and a tombstone, if they are older than the grace period: the base backup was not finished.
 * </ul>
 *
 * <p>A base backup that is being taken refers only to pieces that another needed when it began, and commits in less than
 * half the grace period. So a piece without a reference stays without one. Keys are never written again, so a sweep may run at
 * any time, also twice at once, and may be continued after any pause. If a list, a document or a tombstone cannot be read,
 * nothing is deleted.
 */
final class BaseSweep {
    private final VaultContext vault;
    private final SealedFiles files;
    private final SealedFiles pieces;
    private final BaseDocuments documents;

    /** @param files of one server */
    BaseSweep(VaultContext vault, SealedFiles files) {
        this.vault = vault;
        this.files = files;
        this.pieces = files.folder(BaseDocuments.PIECES);
        this.documents = new BaseDocuments(files);
    }

    /**
     * Returns the number of deleted objects.
     *
     * @throws HoldfastException WAL_MISSING, MANIFEST_CORRUPT, VAULT_UNKNOWN_FORMAT if it cannot be known what is needed
     */
    int run() {
        // before the documents are listed: what commits afterwards is younger than half the grace period
        DualClockInstant now = DualClockInstant.of(vault);
        BaseDocuments.Listed listed = documents.all();
        List<BaseBackup> needing = new ArrayList<>(listed.existing());
        Map<String, BaseDocuments.Removed> over = new HashMap<>();
        for (BaseDocuments.Removed removed : listed.removed()) {
            if (removed.incomplete()) {
                documents.completeRemoval(removed.base());
            }
            if (now.since(vault.grace().length(), removed.at(), removed.stored())) {
                over.put(removed.base().id(), removed);
            } else {
                needing.add(removed.base());
            }
        }
        Set<String> candidates = new HashSet<>(pieces.folders());
        candidates.addAll(files.folder(BaseDocuments.FOLDER).folders()); // of earlier versions
        needing.forEach(base -> candidates.remove(base.id()));
        candidates.addAll(over.keySet());
        if (candidates.isEmpty()) {
            return 0;
        }
        Map<String, BitSet> needed = needed(needing);
        return candidates.stream()
                .mapToInt(id -> sweep(id, over.get(id), needed.getOrDefault(id, new BitSet()), now))
                .sum();
    }

    /** The numbers of the needed pieces, by the base backup that stored them. */
    private Map<String, BitSet> needed(List<BaseBackup> needing) {
        PieceLists lists = new PieceLists(pieces);
        Map<String, BitSet> needed = new HashMap<>();
        for (BaseBackup base : needing) {
            for (Piece piece : lists.read(base.id(), base.pieces().lists())) {
                needed.computeIfAbsent(piece.base(), id -> new BitSet()).set(piece.number());
            }
        }
        return needed;
    }

    /** @param removed null: never finished */
    private int sweep(String id, BaseDocuments.@Nullable Removed removed, BitSet needed, DualClockInstant now) {
        List<StoredObject> all = Stream.of(BaseDocuments.PIECES, BaseDocuments.FOLDER)
                .flatMap(folder -> files.list(folder + id + "/").stream())
                .toList();
        if (all.isEmpty() && removed != null) {
            documents.forget(removed.base());
            return 0;
        }
        List<StoredObject> gone = all.stream()
                .filter(object -> removed != null || isOld(object.modified(), now))
                .filter(object -> isUseless(object.key().substring(object.key().lastIndexOf('/') + 1), needed))
                .toList();
        ParallelTasks.each(gone, ParallelTasks.REQUESTS, "removing base backups", object -> files.delete(object.key()));
        return gone.size();
    }

    private boolean isOld(Instant written, DualClockInstant now) {
        return now.since(vault.grace().length(), written);
    }

    private static boolean isUseless(String name, BitSet needed) {
        return PieceLists.isName(name)
                || Piece.number(name).map(number -> !needed.get(number)).orElse(false);
    }
}
