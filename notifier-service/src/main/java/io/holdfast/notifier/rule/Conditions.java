package io.holdfast.notifier.rule;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.notifier.watch.DrillFacts;
import io.holdfast.notifier.watch.PlatformFacts;
import io.holdfast.notifier.watch.SourceFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is wrong now. Pure: the same facts, configuration and time give the same conditions. */
public final class Conditions {
    private static final Duration LETTERS = Duration.ofHours(24);
    private static final Duration OUTBOX = Duration.ofMinutes(5);

    private Conditions() {}

    public static List<Condition> of(PlatformFacts facts, HoldfastConfig config, Instant now) {
        List<PlatformFacts.ChannelTrouble> configured = facts.channels().stream()
                .filter(trouble -> config.channels().containsKey(trouble.channel()))
                .toList();
        return of(facts.withChannels(configured), config.sources(), now);
    }

    /** @param sources the configured ones; others have no conditions of their own */
    public static List<Condition> of(PlatformFacts facts, Map<String, SourceConfig> sources, Instant now) {
        List<Condition> found = new ArrayList<>();
        sources.forEach((name, config) -> {
            SourceFacts source = facts.sources().get(name);
            if (source != null) {
                found.addAll(BackupRules.of(source, config, now));
                found.addAll(ProofRules.of(source, now));
                found.addAll(DrillRules.of(source, drills(facts, name), config, now));
            }
        });
        boolean reported = facts.reported().stream()
                .anyMatch(alert -> ReportedRules.rule(alert.name()) == AlertRule.VAULT_UNREACHABLE);
        if (!reported) {
            VaultRule.of(facts, sources.keySet()).ifPresent(found::add);
        }
        found.addAll(RestoreRules.of(facts.restores(), sources, now));
        facts.reported().stream()
                .filter(alert -> ReportedRules.lasts(alert, sources.keySet(), now))
                .map(ReportedRules::of)
                .forEach(found::add);
        found.addAll(platform(facts, now));
        return found;
    }

    private static List<DrillFacts> drills(PlatformFacts facts, String source) {
        return facts.drills().stream()
                .filter(drill -> drill.source().equals(source))
                .toList();
    }

    private static List<Condition> platform(PlatformFacts facts, Instant now) {
        List<Condition> found = new ArrayList<>();
        for (PlatformFacts.DeadLetters letters : facts.deadLetters()) {
            if (letters.lastAt().plus(LETTERS).isAfter(now)) {
                found.add(Condition.of(
                                AlertRule.DEAD_LETTERS,
                                "",
                                letters.topic(),
                                "topic " + letters.topic() + ": " + letters.letters()
                                        + " messages that cannot be read; the last one: " + letters.reason(),
                                letters.lastAt())
                        .counted(letters.letters(), true));
            }
        }
        Instant oldest = facts.oldestOutbox();
        if (oldest != null && oldest.plus(OUTBOX).isBefore(now)) {
            found.add(Condition.of(
                    AlertRule.OUTBOX_OLD,
                    "",
                    "notifier-service",
                    "notifier-service: an event of " + oldest + " is not on Kafka yet",
                    oldest));
        }
        for (PlatformFacts.ChannelTrouble channel : facts.channels()) {
            found.add(Condition.of(
                            AlertRule.NOTIFICATION_FAILED,
                            "",
                            channel.channel(),
                            "channel \"" + channel.channel() + "\": a message was not delivered: " + channel.reason(),
                            channel.since())
                    .with("delivery", channel.deliveryId()));
        }
        return found;
    }
}
