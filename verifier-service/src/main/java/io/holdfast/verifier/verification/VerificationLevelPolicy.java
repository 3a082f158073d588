package io.holdfast.verifier.verification;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** How deep a source wants its backups verified. */
@ApplicationScoped
class VerificationLevelPolicy {
    private final LiveConfig live;

    VerificationLevelPolicy(LiveConfig live) {
        this.live = live;
    }

    /** @return n, if every nth backup of a source is restored and compared */
    int every(String source) {
        SourceConfig known = live.current().sources().get(source);
        return known == null ? 1 : known.verify().every();
    }

    /**
     * Whether a backup is proven whatever the source wants: a restore by the provider waits for the proof of its safety backup, which
     * is the only way back from it.
     */
    boolean requiresProof(String source, BackupKind kind) {
        SourceConfig known = live.current().sources().get(source);
        return kind == BackupKind.SAFETY && known != null && known.supabase().isPresent();
    }

    /**
     * The level of a new backup. PROVEN for a source that is no longer configured: its backups may be the only copy.
     *
     * @param before the newest {@code every - 1} verifications of the source
     */
    VerificationLevel of(String source, List<Verification> before) {
        SourceConfig known = live.current().sources().get(source);
        if (known == null) {
            return VerificationLevel.PROVEN;
        }
        return switch (known.verify().level()) {
            case PROVEN -> sampled(before, known.verify().every());
            case INTACT -> VerificationLevel.INTACT;
        };
    }

    /** An inconclusive verification proves nothing, so that the next backup is restored instead. */
    static VerificationLevel sampled(List<Verification> before, int every) {
        boolean recent = before.stream()
                .limit(every - 1L)
                .anyMatch(verification -> verification.level() == VerificationLevel.PROVEN
                        && verification.state() != VerificationState.INCONCLUSIVE);
        return recent ? VerificationLevel.INTACT : VerificationLevel.PROVEN;
    }
}
