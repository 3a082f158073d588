package io.holdfast.verifier.verification;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.VerificationLevel;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;

/** How deep a source wants its backups verified. */
@ApplicationScoped
class VerificationLevelPolicy {
    private final LiveConfig live;

    VerificationLevelPolicy(LiveConfig live) {
        this.live = live;
    }

    /** PROVEN for a source that is not configured any more: its backups are still somebody's only copy. */
    VerificationLevel of(String source) {
        SourceConfig known = live.current().sources().get(source);
        return known == null
                ? VerificationLevel.PROVEN
                : switch (known.verify().level()) {
                    case PROVEN -> VerificationLevel.PROVEN;
                    case INTACT -> VerificationLevel.INTACT;
                };
    }
}
