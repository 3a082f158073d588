package io.holdfast.verifier.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.drill.EarlierDrill;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How long a restore of a source takes at its size now, by its own drills. With three drills of different sizes by a straight
 * line of least squares through them (time = start + bytes × rate), else in proportion to the bytes. Pure.
 *
 * @param bytes of rows as text in the newest backup
 * @param predictedMillis null: no drill has measured a restore
 * @param errorMillis the largest error of the same rule for the drills themselves, at this size; null: fewer than two drills
 * @param drills newest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RecoveryPrediction(
        String source,
        long bytes,
        @Nullable Long predictedMillis,
        @Nullable Long errorMillis,
        List<EarlierDrill> drills) {
    private static final int FOR_A_LINE = 3;
    private static final double SPREAD = 1.5;

    static RecoveryPrediction of(String source, long bytes, List<EarlierDrill> drills) {
        List<EarlierDrill> measured =
                drills.stream().filter(drill -> drill.bytes() > 0).toList();
        if (measured.isEmpty()) {
            return new RecoveryPrediction(source, bytes, null, null, drills);
        }
        DoubleUnaryOperator rule = rule(measured);
        double predicted = rule.applyAsDouble((double) bytes);
        double error = measured.stream()
                .mapToDouble(drill -> Math.abs(rule.applyAsDouble((double) drill.bytes()) - drill.restoreMillis())
                        / Math.max(1, rule.applyAsDouble((double) drill.bytes())))
                .max()
                .orElse(0);
        return new RecoveryPrediction(
                source,
                bytes,
                Math.round(predicted),
                measured.size() < 2 ? null : Math.round(error * predicted),
                drills);
    }

    private static DoubleUnaryOperator rule(List<EarlierDrill> drills) {
        double meanBytes =
                drills.stream().mapToLong(EarlierDrill::bytes).average().orElse(0);
        double meanMillis =
                drills.stream().mapToLong(EarlierDrill::restoreMillis).average().orElse(0);
        DoubleUnaryOperator proportion = bytes -> bytes * meanMillis / meanBytes;
        long least = drills.stream().mapToLong(EarlierDrill::bytes).min().orElse(0);
        long most = drills.stream().mapToLong(EarlierDrill::bytes).max().orElse(0);
        if (drills.size() < FOR_A_LINE || most < SPREAD * least) {
            return proportion;
        }
        double covariance = drills.stream()
                .mapToDouble(drill -> (drill.bytes() - meanBytes) * (drill.restoreMillis() - meanMillis))
                .sum();
        double variance = drills.stream()
                .mapToDouble(drill -> (drill.bytes() - meanBytes) * (drill.bytes() - meanBytes))
                .sum();
        double rate = covariance / variance;
        double start = meanMillis - rate * meanBytes;
        // a negative one is noise
        return rate < 0 || start < 0 ? proportion : bytes -> start + bytes * rate;
    }
}
