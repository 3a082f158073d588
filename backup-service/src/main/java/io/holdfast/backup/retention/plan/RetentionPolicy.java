package io.holdfast.backup.retention.plan;

import io.holdfast.config.Durations;
import io.holdfast.config.RetentionConfig;
import io.holdfast.config.SourceConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The effective retention policy of a source.
 *
 * @param tiers durations of the configured tiers
 * @param guard percentage of the proven backups that a changed policy may delete without acceptance
 * @param zone time zone of the tiers' periods
 * @param safety minimum time for which safety backups are kept: {@code platform.hold}
 * @param rpo maximum age of the newest proven backup
 */
public record RetentionPolicy(
        Duration all,
        Map<RetentionTier, Duration> tiers,
        int atLeast,
        Duration unproven,
        int guard,
        Map<String, Duration> labels,
        ZoneId zone,
        Duration safety,
        Duration rpo) {

    public static final Duration DEFAULT_RPO = Duration.ofHours(24);

    public RetentionPolicy {
        Map<RetentionTier, Duration> ordered = new EnumMap<>(RetentionTier.class);
        ordered.putAll(tiers);
        tiers = Collections.unmodifiableMap(ordered);
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    public static RetentionPolicy of(SourceConfig source, Duration hold) {
        RetentionConfig retention = source.retention();
        return new RetentionPolicy(
                retention.all(),
                tiers(retention.daily(), retention.weekly(), retention.monthly(), retention.yearly()),
                retention.atLeast(),
                retention.unproven(),
                retention.guard().value(),
                retention.labels(),
                source.schedule().timezone(),
                hold,
                source.objectives().rpo().orElse(DEFAULT_RPO));
    }

    public static Map<RetentionTier, Duration> tiers(
            Optional<Duration> daily,
            Optional<Duration> weekly,
            Optional<Duration> monthly,
            Optional<Duration> yearly) {
        Map<RetentionTier, Duration> tiers = new EnumMap<>(RetentionTier.class);
        daily.ifPresent(duration -> tiers.put(RetentionTier.DAILY, duration));
        weekly.ifPresent(duration -> tiers.put(RetentionTier.WEEKLY, duration));
        monthly.ifPresent(duration -> tiers.put(RetentionTier.MONTHLY, duration));
        yearly.ifPresent(duration -> tiers.put(RetentionTier.YEARLY, duration));
        return tiers;
    }

    /** SHA-256, in hex, of all that decides on a proven or unproven backup; {@code guard} and {@code rpo} delete nothing. */
    public String digest() {
        String text = "all=" + Durations.format(all)
                + tiers.entrySet().stream()
                        .map(tier -> "\n" + tier.getKey().key() + "=" + Durations.format(tier.getValue()))
                        .collect(Collectors.joining())
                + "\nat-least=" + atLeast
                + "\nunproven=" + Durations.format(unproven)
                + labels.entrySet().stream()
                        .map(label -> "\nlabel " + label.getKey() + "=" + Durations.format(label.getValue()))
                        .collect(Collectors.joining())
                + "\ntimezone=" + zone;
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
