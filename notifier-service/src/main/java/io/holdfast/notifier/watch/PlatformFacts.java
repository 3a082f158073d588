package io.holdfast.notifier.watch;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the rules are evaluated on.
 *
 * @param reported alerts of other services that have not ended
 * @param restores those of the last days
 * @param channels the channels whose last message was not delivered
 * @param oldestOutbox when the oldest event was committed that is not on Kafka yet
 * @param drills at most two of each source: the latest passed and the latest failed one
 */
public record PlatformFacts(
        Map<String, SourceFacts> sources,
        List<ReportedAlert> reported,
        List<RestoreFacts> restores,
        List<DeadLetters> deadLetters,
        List<ChannelTrouble> channels,
        @Nullable Instant oldestOutbox,
        List<DrillFacts> drills) {

    public static final PlatformFacts NONE =
            new PlatformFacts(Map.of(), List.of(), List.of(), List.of(), List.of(), null, List.of());

    public PlatformFacts withChannels(List<ChannelTrouble> others) {
        return new PlatformFacts(sources, reported, restores, deadLetters, others, oldestOutbox, drills);
    }

    /** An alert that another service raised; its fields are those of the event. */
    public record ReportedAlert(
            String id,
            String name,
            String severity,
            @Nullable String source,
            String summary,
            @Nullable String cause,
            Instant raisedAt) {}

    /**
     * A restore; {@code outcome} is absent until it ended.
     *
     * @param place database and server
     * @param code of the failure
     * @param live the state of the live database after a failure
     */
    public record RestoreFacts(
            String id,
            String source,
            @Nullable Instant startedAt,
            @Nullable Instant awaitingSince,
            @Nullable Instant expiresAt,
            @Nullable Instant endedAt,
            @Nullable String outcome,
            @Nullable String code,
            @Nullable String reason,
            @Nullable String live,
            @Nullable String place) {}

    /** Messages that no consumer could read. */
    public record DeadLetters(String topic, long letters, Instant firstAt, Instant lastAt, String reason) {}

    /** A channel whose last message was given up. */
    public record ChannelTrouble(String channel, String deliveryId, String reason, Instant since) {}
}
