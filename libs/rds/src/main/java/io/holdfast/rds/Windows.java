package io.holdfast.rds;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.pointintime.PointInTimeWindow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Amazon's windows in whole seconds: an instant of a copy has to be before the latest one. */
final class Windows {
    private Windows() {}

    static PointInTimeWindow of(RdsApi api, @Nullable Instant earliest, @Nullable Instant latest) {
        if (earliest == null || latest == null) {
            throw HoldfastException.of(
                    FailureCode.POINT_NOT_COVERED,
                    api.shown() + " keeps no instant yet; look for its automated backups, and wait for the first one");
        }
        Instant from = earliest.truncatedTo(ChronoUnit.SECONDS);
        Instant to = latest.truncatedTo(ChronoUnit.SECONDS);
        return new PointInTimeWindow(
                from.equals(earliest) ? from : from.plusSeconds(1), to.equals(latest) ? to.minusSeconds(1) : to);
    }
}
