package io.holdfast.vault.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification found, or what another backup showed, kept beside the backup and signed.
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

    private static final String CONTRADICTED_BY = "contradictedBy";

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

    /**
     * What refutes a backup although a restore of it equals its manifest: another backup found that rows which the backup took
     * from an earlier one are not those of the database. Has the same id whenever it is made of the same two backups.
     */
    public static Proof contradiction(
            SourceId source, BackupId backup, BackupId by, FailureReason reason, Instant foundAt) {
        ObjectNode report = JsonNodeFactory.instance.objectNode().put(CONTRADICTED_BY, by.toString());
        report.putObject("reason").put("code", reason.code().name()).put("object", reason.object());
        return new Proof(
                new VerificationId(by.value()),
                backup,
                source,
                Outcome.FAILED,
                foundAt,
                foundAt,
                reason.message(),
                report);
    }

    /** Whether another backup refutes this one: no verification can disprove it. */
    public boolean contradicts() {
        return outcome == Outcome.FAILED && report != null && report.hasNonNull(CONTRADICTED_BY);
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
