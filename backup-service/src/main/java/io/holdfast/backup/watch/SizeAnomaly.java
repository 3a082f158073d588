package io.holdfast.backup.watch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a backup differs in size from the ones before. Pure. A finding is a reason to look, never a verdict.
 *
 * <p>Two rules: less than half of the previous backup; and a modified z-score above 3.5 (Iglewicz and Hoaglin, How to Detect
 * and Handle Outliers, 1993), which takes median and median absolute deviation, so that one odd backup does not hide the
 * next.
 */
final class SizeAnomaly {
    static final int FEWEST = 5;
    private static final double LIMIT = 3.5;
    private static final double CONSISTENCY = 0.6745;

    /** Of the mean absolute deviation, where more than half of the values are equal. */
    private static final double MEAN_CONSISTENCY = 1.253314;

    /** Smaller changes are no news, however regular the source was. */
    private static final double SMALLEST_CHANGE = 0.2;

    private SizeAnomaly() {}

    /** Rows and raw bytes of one backup. */
    record Size(long rows, long bytes) {}

    /**
     * Compares a backup with those before it.
     *
     * @param before newest first
     * @return the finding, for people
     */
    static Optional<String> of(Size now, List<Size> before) {
        return of("rows", now.rows(), before.stream().mapToLong(Size::rows).toArray())
                .or(() -> of(
                        "bytes",
                        now.bytes(),
                        before.stream().mapToLong(Size::bytes).toArray()));
    }

    private static Optional<String> of(String what, long now, long[] before) {
        if (before.length > 0 && now < before[0] * 0.5) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "%,d %s, %.0f %% less than the %,d of the previous backup",
                    now,
                    what,
                    100.0 * (before[0] - now) / before[0],
                    before[0]));
        }
        if (before.length < FEWEST) {
            return Optional.empty();
        }
        double median = median(Arrays.stream(before).asDoubleStream().toArray());
        double score = score(now, before, median);
        boolean large = Math.abs(now - median) > SMALLEST_CHANGE * Math.max(1, median);
        return Math.abs(score) > LIMIT && large
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "%,d %s, far from the median of %,.0f of the last %d backups (robust z-score %.1f)",
                        now,
                        what,
                        median,
                        before.length,
                        score))
                : Optional.empty();
    }

    private static double score(long now, long[] before, double median) {
        double[] deviations = Arrays.stream(before)
                .mapToDouble(value -> Math.abs(value - median))
                .toArray();
        double mad = median(deviations);
        if (mad > 0) {
            return CONSISTENCY * (now - median) / mad;
        }
        double mean = Arrays.stream(deviations).average().orElse(0);
        return (now - median) / Math.max(MEAN_CONSISTENCY * mean, Math.max(1, median) * 0.01);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
