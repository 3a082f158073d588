package io.holdfast.backup.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.backup.retention.plan.Retention;
import io.holdfast.backup.retention.plan.RetentionCandidate;
import io.holdfast.backup.retention.plan.RetentionDecision;
import io.holdfast.backup.retention.plan.RetentionGuard;
import io.holdfast.backup.retention.plan.RetentionPlan;
import io.holdfast.backup.retention.plan.RetentionPolicy;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The backups that policies would delete before they are in effect. */
@ApplicationScoped
class RetentionPreview {
    private final LiveConfig config;
    private final SourceRegistry sourceRegistry;
    private final RetentionCandidates candidates;
    private final PolicyAcceptance acceptance;
    private final InstantSource clock;

    RetentionPreview(
            LiveConfig config,
            SourceRegistry sourceRegistry,
            RetentionCandidates candidates,
            PolicyAcceptance acceptance,
            InstantSource clock) {
        this.config = config;
        this.sourceRegistry = sourceRegistry;
        this.candidates = candidates;
        this.acceptance = acceptance;
        this.clock = clock;
    }

    /**
     * What the policy of one source would delete.
     *
     * @param known false: no source has this name here, so that nothing can be deleted
     * @param backups backups of the source in the vault
     * @param proven the proven ones of them, without safety backups
     * @param waits whether the policy would wait for acceptance
     * @param suspended why nothing would be deleted at the moment
     * @param deletes the backups that the policy would delete, newest first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Preview(
            String source,
            boolean known,
            int backups,
            long proven,
            boolean waits,
            @Nullable String suspended,
            List<RetentionItem> deletes) {}

    /** In the order of the names. */
    List<Preview> of(Map<String, PolicyForm> policies) {
        return new TreeMap<>(policies)
                .entrySet().stream()
                        .map(entry -> {
                            RetentionPolicy policy = entry.getValue()
                                    .policy(
                                            entry.getKey(),
                                            config.current().platform().hold());
                            return sourceRegistry.all().stream()
                                    .filter(each -> each.ref().name().equals(entry.getKey()))
                                    .findFirst()
                                    .map(source -> of(source, policy))
                                    .orElseGet(() -> new Preview(entry.getKey(), false, 0, 0, false, null, List.of()));
                        })
                        .toList();
    }

    private Preview of(ProtectedSource source, RetentionPolicy policy) {
        SourceRef ref = source.ref();
        Instant now = clock.instant();
        List<RetentionCandidate> backups = candidates.of(ref.id(), now);
        RetentionPlan plan = Retention.unsuspended(backups, policy, now);
        return new Preview(
                ref.name(),
                true,
                backups.size(),
                RetentionGuard.proven(plan),
                !acceptance.waitsFor(ref.id(), policy, plan, now).isEmpty(),
                Retention.plan(backups, policy, now).suspended(),
                plan.decisions().stream()
                        .filter(RetentionDecision::deletes)
                        .map(RetentionItem::planned)
                        .toList());
    }
}
