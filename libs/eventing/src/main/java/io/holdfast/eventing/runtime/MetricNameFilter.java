package io.holdfast.eventing.runtime;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Metrics of libraries in the form that {@code promtool check metrics} requires: a help text, labels in snake case, no
 * {@code _count} outside histograms. Times in nanoseconds or milliseconds are left out.
 */
@Singleton
class MetricNameFilter implements MeterFilter {
    private static final Pattern ABBREVIATED_UNIT = Pattern.compile("\\.time\\.(ns|ms)\\b");

    /** The first is in nanoseconds, the second has no help text whatever its description. */
    private static final Set<String> DENIED = Set.of("process.cpu.time", "http.server.connections");

    private static final Pattern UPPER = Pattern.compile("(?<=[a-z0-9])([A-Z])");

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        boolean denied = ABBREVIATED_UNIT.matcher(id.getName()).find() || DENIED.contains(id.getName());
        return denied ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        String help = id.getDescription();
        return new Meter.Id(
                name(id),
                Tags.of(id.getTags().stream()
                        .map(tag -> Tag.of(snakeCase(tag.getKey()), tag.getValue()))
                        .toList()),
                id.getBaseUnit(),
                help == null || help.isBlank() ? id.getName().replace('.', ' ') : help,
                id.getType());
    }

    private static String name(Meter.Id id) {
        String name = id.getName();
        return name.endsWith(".count") ? name.substring(0, name.length() - ".count".length()) + "s" : name;
    }

    private static String snakeCase(String key) {
        return UPPER.matcher(key).replaceAll("_$1").toLowerCase(Locale.ROOT);
    }
}
