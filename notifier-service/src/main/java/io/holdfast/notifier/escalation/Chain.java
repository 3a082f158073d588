package io.holdfast.notifier.escalation;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.config.EscalationStep;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.eventing.cloudevents.EventJson;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The escalation of one alert, copied from the configuration when the alert fires: a later change of the file does not
 * change it.
 *
 * @param name of the chain; empty without one
 */
public record Chain(String name, List<Step> steps) {
    public static final Chain NONE = new Chain("", List.of());

    public Chain {
        steps = List.copyOf(steps);
    }

    /** @param afterSeconds since the alert fired */
    public record Step(List<String> channels, long afterSeconds) {
        public Step {
            channels = List.copyOf(channels);
        }

        public Duration after() {
            return Duration.ofSeconds(afterSeconds);
        }
    }

    /** The chain of a source; of the platform if the name is empty or not configured. */
    public static Chain of(HoldfastConfig config, String source) {
        SourceConfig configured = config.sources().get(source);
        Optional<String> own = configured == null ? Optional.empty() : configured.escalation();
        return own.or(() -> config.notifications().defaultEscalation())
                .map(name -> new Chain(
                        name,
                        config.notifications().escalation().getOrDefault(name, List.of()).stream()
                                .map(Chain::step)
                                .toList()))
                .orElse(NONE);
    }

    private static Step step(EscalationStep step) {
        return new Step(step.notifyChannels(), step.after().duration().toSeconds());
    }

    public static Chain parse(String json) {
        try {
            return EventJson.mapper().readValue(json, Chain.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored chain cannot be read", e);
        }
    }

    public String json() {
        try {
            return EventJson.mapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a chain is only text and numbers", e);
        }
    }
}
