package io.holdfast.verifier.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.drill.EarlierDrill;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryPredictionTest {
    private static EarlierDrill drill(long bytes, long millis) {
        return new EarlierDrill("d", Instant.EPOCH, millis, bytes, true);
    }

    @Test
    void withoutDrillsNothingIsPredicted() {
        RecoveryPrediction prediction = RecoveryPrediction.of("shop", 1000, List.of());

        assertThat(prediction.predictedMillis()).isNull();
        assertThat(prediction.errorMillis()).isNull();
    }

    @Test
    void oneDrillIsScaledAndItsErrorIsUnknown() {
        RecoveryPrediction prediction = RecoveryPrediction.of("shop", 3000, List.of(drill(1000, 10)));

        assertThat(prediction.predictedMillis()).isEqualTo(30);
        assertThat(prediction.errorMillis()).isNull();
    }

    /** 200 ms + 1 ms for each 10 bytes. */
    @Test
    void drillsOfDifferentSizesShowTheTimeThatDoesNotDependOnTheSize() {
        RecoveryPrediction prediction =
                RecoveryPrediction.of("shop", 10_000, List.of(drill(1000, 300), drill(2000, 400), drill(4000, 600)));

        assertThat(prediction.predictedMillis()).isEqualTo(1200);
        assertThat(prediction.errorMillis()).isZero();
    }

    @Test
    void theErrorIsThatOfTheWorstDrillAtThisSize() {
        RecoveryPrediction prediction = RecoveryPrediction.of("shop", 2000, List.of(drill(1000, 80), drill(1000, 120)));

        assertThat(prediction.predictedMillis()).isEqualTo(200);
        assertThat(prediction.errorMillis()).isEqualTo(40);
    }
}
