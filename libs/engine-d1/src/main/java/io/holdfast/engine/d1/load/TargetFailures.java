package io.holdfast.engine.d1.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.function.Supplier;

/** The client's failures as those of a target. */
final class TargetFailures {
    private TargetFailures() {}

    static <T> T translated(Supplier<T> work) {
        try {
            return work.get();
        } catch (HoldfastException e) {
            throw of(e);
        }
    }

    static void translated(Runnable work) {
        translated(() -> {
            work.run();
            return true;
        });
    }

    private static HoldfastException of(HoldfastException e) {
        String message = e.reason().message();
        return switch (e.code()) {
            case SOURCE_AUTHENTICATION_FAILED -> failure(FailureCode.TARGET_AUTHENTICATION_FAILED, message, e);
            case SOURCE_PERMISSION_DENIED ->
                failure(
                        FailureCode.TARGET_PERMISSION_DENIED,
                        message + "; a restore into D1 needs the right D1 Edit (D1 Write in the API)",
                        e);
            case SOURCE_UNREACHABLE -> failure(FailureCode.TARGET_UNREACHABLE, message, e);
            case SOURCE_LOCK_TIMEOUT -> failure(FailureCode.TARGET_BUSY, message, e);
            case SOURCE_CHANGED -> failure(FailureCode.TARGET_CHANGED, message, e);
            case SOURCE_UNSUPPORTED, SOURCE_VALUE_TOO_LARGE ->
                failure(FailureCode.TARGET_UNSUITABLE, message + "; restore into a SQLite file instead", e);
            default -> e;
        };
    }

    private static HoldfastException failure(FailureCode code, String message, HoldfastException e) {
        return HoldfastException.of(code, message, e);
    }
}
