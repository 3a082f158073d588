package io.holdfast.notifier.alert;

import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.notifier.rule.AlertRule;
import io.holdfast.notifier.watch.PlatformFacts;
import io.holdfast.notifier.watch.SourceFacts;
import io.holdfast.notifier.watch.Trouble;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A platform with a clock of its own: facts as they would be recorded, and the rounds of the alerts on them. */
final class Simulation {
    static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z"); // a Monday

    final HoldfastConfig config;
    final Map<String, SourceFacts> sources = new LinkedHashMap<>();
    final List<PlatformFacts.ReportedAlert> reported = new ArrayList<>();
    final List<PlatformFacts.ChannelTrouble> troubles = new ArrayList<>();
    final List<Silence> silences = new ArrayList<>();
    final Set<UUID> failed = new HashSet<>();
    /** The channels that get a digest, by the time of the round. */
    final Map<Instant, List<String>> digests = new HashMap<>();

    final List<Sent> sent = new ArrayList<>();
    AlertEngine.State state = new AlertEngine.State(List.of(), Map.of(), new LinkedHashMap<>());
    Instant now = BEGIN;

    record Sent(Instant at, PlannedMessage message, UUID delivery) {
        String channel() {
            return message.channel();
        }

        @Override
        public String toString() {
            return at + " " + message.reason() + " " + message.group() + " +"
                    + message.firing().size() + " -" + message.resolved().size();
        }
    }

    Simulation(String yaml) {
        config = HoldfastConfig.parse(yaml, Path.of("holdfast.yaml"), Environment.of(Map.of()));
        config.sources().keySet().forEach(name -> sources.put(name, SourceFacts.unheard(name, BEGIN)));
    }

    /** Rounds until a time, with one at it. */
    void until(Instant end, Duration step) {
        while (now.isBefore(end)) {
            now = now.plus(step);
            round();
        }
    }

    void pass(Duration time) {
        until(now.plus(time), Duration.ofSeconds(10));
    }

    void round() {
        state.alerts.removeIf(alert -> alert.settled
                && alert.resolvedAt != null
                && alert.resolvedAt.plus(Alert.REOPENED_WITHIN).isBefore(now));
        AlertEngine engine = new AlertEngine(config, now);
        PlatformFacts facts = new PlatformFacts(
                sources, List.copyOf(reported), List.of(), List.of(), List.copyOf(troubles), null, List.of());
        engine.evaluate(state, facts, silences, failed);
        DigestedAlerts digested = new DigestedAlerts(state.alerts, state.routes, state.groups, now);
        digests.getOrDefault(now, List.of()).forEach(channel -> {
            digested.lines(channel);
            digested.told(channel, UUID.randomUUID());
        });
        for (PlannedMessage message : engine.plan(state)) {
            UUID delivery = UUID.randomUUID();
            sent.add(new Sent(now, message, delivery));
            engine.told(state, message, delivery);
        }
        engine.settle(state);
    }

    /** The messages of a channel. */
    List<Sent> to(String channel) {
        return sent.stream().filter(one -> one.channel().equals(channel)).toList();
    }

    Alert only(AlertRule rule) {
        return state.alerts.stream()
                .filter(alert -> alert.rule == rule)
                .reduce((one, other) -> other)
                .orElseThrow();
    }

    void started(String name) {
        SourceFacts before = sources.getOrDefault(name, SourceFacts.unheard(name, BEGIN));
        sources.put(
                name,
                new SourceFacts(
                        name,
                        BEGIN,
                        null,
                        null,
                        before.failedBackups(),
                        null,
                        null,
                        before.lastCompleted(),
                        before.newestStored(),
                        before.newestProven(),
                        new SourceFacts.Begun("b-" + name, now),
                        before.usual(),
                        null));
    }

    void stored(String name) {
        sources.put(
                name,
                new SourceFacts(
                        name, BEGIN, null, null, null, null, null, now, now, now, null, Duration.ofMinutes(5), null));
    }

    void failed(String name, FailureCode code) {
        SourceFacts before = sources.getOrDefault(name, SourceFacts.unheard(name, BEGIN));
        Trouble earlier = before.failedBackups();
        Trouble trouble = new Trouble(
                "b-" + name,
                code,
                "it does not answer",
                earlier == null ? now : earlier.since(),
                now,
                earlier == null ? 1 : earlier.count() + 1);
        sources.put(
                name,
                new SourceFacts(
                        name,
                        BEGIN,
                        null,
                        null,
                        trouble,
                        null,
                        null,
                        before.lastCompleted(),
                        before.newestStored(),
                        before.newestProven(),
                        null,
                        before.usual(),
                        null));
    }

    void raise(String name, String source, String severity, @Nullable String cause) {
        reported.add(new PlatformFacts.ReportedAlert(
                name + "/" + source, name, severity, source, name + " of " + source, cause, now));
    }

    void resolve(String name, String source) {
        reported.removeIf(alert -> alert.id().equals(name + "/" + source));
    }
}
