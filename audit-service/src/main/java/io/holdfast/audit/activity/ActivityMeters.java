package io.holdfast.audit.activity;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;

/** Counts activities by the type of their event; each type is there with 0 from the start, so that rates have a beginning. */
final class ActivityMeters {
    private static final String OTHER = "other";

    private final Map<String, Counter> counters = new TreeMap<>();
    private final Counter other;

    ActivityMeters(MeterRegistry meters) {
        for (Topic topic : Topic.values()) {
            for (Class<? extends Event> event : topic.types()) {
                String type = Topic.typeOf(event);
                counters.computeIfAbsent(type, any -> counter(meters, shortened(type)));
            }
        }
        this.other = counter(meters, OTHER);
    }

    void count(ActivityEntry entry) {
        String type = entry.eventType();
        counters.getOrDefault(type == null ? OTHER : type, other).increment();
    }

    private static Counter counter(MeterRegistry meters, String type) {
        return Counter.builder("holdfast.activities.recorded")
                .description("Lines of the activity log that this process wrote, by event type")
                .tag("type", type)
                .register(meters);
    }

    /** {@code BackupFailed} of {@code io.holdfast.BackupFailed.v1}. */
    private static String shortened(String type) {
        return type.replaceFirst("^io\\.holdfast\\.", "").replaceFirst("\\.v\\d+$", "");
    }
}
