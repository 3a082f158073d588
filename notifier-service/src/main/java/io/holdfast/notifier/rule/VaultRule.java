package io.holdfast.notifier.rule;

import io.holdfast.contracts.FailureCode;
import io.holdfast.notifier.watch.PlatformFacts;
import io.holdfast.notifier.watch.SourceFacts;
import io.holdfast.notifier.watch.Trouble;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The vault does not answer: a failure because of it, and no backup of any source stored since. Pure. */
final class VaultRule {
    private VaultRule() {}

    static boolean isOutage(FailureCode code) {
        return switch (code) {
            case VAULT_UNREACHABLE, VAULT_ACCESS_DENIED, VAULT_FULL, VAULT_MISSING -> true;
            default -> false;
        };
    }

    static Optional<Condition> of(PlatformFacts facts, Set<String> configured) {
        Instant lastStored = facts.sources().values().stream()
                .map(SourceFacts::lastCompleted)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        return facts.sources().values().stream()
                .filter(source -> configured.contains(source.name()))
                .flatMap(source -> Stream.of(source.failedBackups(), source.inconclusiveProofs()))
                .filter(Objects::nonNull)
                .filter(trouble -> isOutage(trouble.code()) && trouble.last().isAfter(lastStored))
                .min(Comparator.comparing(Trouble::since))
                .map(first -> Condition.of(
                                AlertRule.VAULT_UNREACHABLE,
                                "",
                                "",
                                "the vault cannot be used: " + first.message() + " (" + first.code() + ")",
                                first.since())
                        .causedBy(Condition.VAULT)
                        .with("backup", first.id()));
    }
}
