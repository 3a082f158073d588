package io.holdfast.vault.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification found, kept beside the backup and signed.
 *
 * @param summary one line for people
 * @param report the verifier's own record: comparisons, checks, durations
 * @param replaced chunks that were read from another generation, as in the check report; absent in proofs of early versions
 */
public record Proof(
        VerificationId verification,
        BackupId backup,
        SourceId source,
        Outcome outcome,
        Instant startedAt,
        Instant finishedAt,
        String summary,
        @Nullable JsonNode report,
        List<String> replaced) {

    /** By the time at which they were finished, oldest first. */
    public static final Comparator<Proof> ORDER =
            Comparator.comparing(Proof::finishedAt).thenComparing(Proof::verification);

    @SuppressWarnings({"RedundantNullCheck", "ConstantConditions"}) // JSON may lack it
    public Proof {
        replaced = replaced == null ? List.of() : List.copyOf(replaced);
    }

    /** One for which nothing had to be replaced. */
    public Proof(
            VerificationId verification,
            BackupId backup,
            SourceId source,
            Outcome outcome,
            Instant startedAt,
            Instant finishedAt,
            String summary,
            @Nullable JsonNode report) {
        this(verification, backup, source, outcome, startedAt, finishedAt, summary, report, List.of());
    }

    public enum Outcome {
        /** Every chunk present and authentic. */
        INTACT,
        /** Restored to a scratch database and found equal. */
        PROVEN,
        /** The backup is definitely bad. */
        FAILED,
        /** Something other than the backup was bad. */
        INCONCLUSIVE
    }
}
