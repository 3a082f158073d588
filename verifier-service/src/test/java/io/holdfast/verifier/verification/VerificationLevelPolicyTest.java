package io.holdfast.verifier.verification;

import static io.holdfast.contracts.VerificationLevel.INTACT;
import static io.holdfast.contracts.VerificationLevel.PROVEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationLevelPolicyTest {
    private static final SourceRef SHOP = new SourceRef(SourceId.next(InstantSource.system()), "shop");

    @Test
    void everyThirdBackupIsProven() {
        List<Verification> newestFirst = new ArrayList<>();
        List<VerificationLevel> levels = new ArrayList<>();

        for (int i = 0; i < 7; i++) {
            VerificationLevel level = VerificationLevelPolicy.sampled(newestFirst, 3);
            levels.add(level);
            newestFirst.addFirst(requested(level));
        }

        assertThat(levels).containsExactly(PROVEN, INTACT, INTACT, PROVEN, INTACT, INTACT, PROVEN);
        assertThat(VerificationLevelPolicy.sampled(newestFirst, 1)).isEqualTo(PROVEN);
    }

    @Test
    void anInconclusiveProofIsMadeUpForByTheNextBackup() {
        Verification inconclusive = requested(PROVEN);
        inconclusive.started(Instant.EPOCH);
        inconclusive.inconclusive(FailureReason.of(FailureCode.SCRATCH_UNAVAILABLE, "down"), Instant.EPOCH);

        assertThat(VerificationLevelPolicy.sampled(List.of(inconclusive), 3)).isEqualTo(PROVEN);
    }

    private static Verification requested(VerificationLevel level) {
        return Verification.requested(
                VerificationId.next(InstantSource.system()),
                BackupId.next(InstantSource.system()),
                SHOP,
                level,
                null,
                Instant.EPOCH);
    }
}
