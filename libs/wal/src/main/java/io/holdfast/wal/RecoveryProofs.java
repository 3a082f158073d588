package io.holdfast.wal;

import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.file.SealedFiles;
import io.holdfast.vault.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The proofs of one server's archive in the vault: the latest one of each base backup, and the latest one of an instant. Each
 * is a signed document; a proof that is written again replaces the earlier one.
 */
public final class RecoveryProofs {
    private static final String FOLDER = "proofs/";
    private static final String INSTANT = "instant";
    private static final String JSON = ".json";
    private static final Duration WEEKLY = Duration.ofDays(7);

    /** After a failed or inconclusive proof. */
    private static final Duration AGAIN = Duration.ofDays(1);

    private final SealedFiles files;

    RecoveryProofs(SealedFiles files) {
        this.files = files;
    }

    public static RecoveryProofs of(Vault vault, SourceId source, String systemIdentifier) {
        return new RecoveryProofs(vault.wal(source).folder(systemIdentifier + "/"));
    }

    /**
     * What is to be proven next: a base backup up to its end, or an instant.
     *
     * @param rows compared at that instant; null: none
     */
    public record Due(
            String base,
            @Nullable Instant instant,
            @Nullable RowComparison rows) {
        public Due(String base, @Nullable Instant instant) {
            this(base, instant, null);
        }

        /** Returns a proof at the position of the backup instead of one at the instant. */
        public Due comparing(RowComparison with) {
            return new Due(base, with.at(), with);
        }

        /** Returns the target of the recovery. */
        RecoveryTarget target(List<BaseBackup> bases) {
            if (rows != null) {
                return new RecoveryTarget.Position(rows.position(), false);
            }
            return instant != null
                    ? new RecoveryTarget.Time(instant)
                    : new RecoveryTarget.Position(bases.stream()
                            .filter(candidate -> candidate.id().equals(base))
                            .findFirst()
                            .orElseThrow()
                            .end());
        }
    }

    /** The oldest first. */
    public List<RecoveryProof> list() {
        return files.list(FOLDER).stream()
                .map(StoredObject::key)
                .filter(key -> key.endsWith(JSON))
                .flatMap(key -> files.document(key, RecoveryProof.class).stream())
                .sorted(Comparator.comparing(RecoveryProof::at))
                .toList();
    }

    public void put(RecoveryProof proof) {
        files.putDocument(FOLDER + (proof.instant() == null ? proof.base() : INSTANT) + JSON, proof);
    }

    void remove(BaseBackup base) {
        files.delete(FOLDER + base.id() + JSON);
    }

    /**
     * Decides what is due: each base backup whose WAL up to its end is archived, the newest first, and weekly an instant of
     * the newest window. A proof that did not succeed is done again after a day. Pure.
     *
     * @param random from 0 to 1, which chooses the instant in the window
     */
    public static Optional<Due> due(
            List<Window> windows, List<RecoveryProof> proofs, Instant now, DoubleSupplier random) {
        Optional<Due> base = windows.stream()
                .flatMap(window -> window.bases().stream())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .filter(id -> isDue(
                        proofs.stream()
                                .filter(proof ->
                                        proof.instant() == null && proof.base().equals(id))
                                .findFirst(),
                        null,
                        now))
                .map(id -> new Due(id, null))
                .findFirst();
        if (base.isPresent() || windows.isEmpty()) {
            return base;
        }
        Window newest = windows.getLast();
        Optional<RecoveryProof> instant =
                proofs.stream().filter(proof -> proof.instant() != null).findFirst();
        long span = Duration.between(newest.from(), newest.to()).toMillis();
        return isDue(instant, WEEKLY, now) && span > 0
                ? Optional.of(new Due(
                        newest.bases().getLast(), newest.from().plusMillis((long) (span * random.getAsDouble()))))
                : Optional.empty();
    }

    /** @param every null: once */
    private static boolean isDue(Optional<RecoveryProof> last, @Nullable Duration every, Instant now) {
        if (last.isEmpty()) {
            return true;
        }
        Duration pause = last.get().outcome() == RecoveryProof.Outcome.PROVEN ? every : AGAIN;
        return pause != null && !now.isBefore(last.get().at().plus(pause));
    }
}
