package io.holdfast.cli.rest;

import io.holdfast.contracts.FailureCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why something failed; the code is text, so that newer services may have more of them. */
public record FailureResponse(
        @Nullable String code, String message, @Nullable String object) {

    /**
     * The failures of a job that count as a refusal, because the same request to a service would have been refused. Not
     * derived from the category: a job may also fail with REQUEST_INVALID or CONFIG_INVALID after it did work.
     */
    private static final Set<String> REFUSALS = Set.of(
            FailureCode.BACKUP_UNKNOWN.name(),
            FailureCode.BACKUP_NOT_USABLE.name(),
            FailureCode.POINT_NOT_COVERED.name(),
            FailureCode.TARGET_EXISTS.name(),
            FailureCode.TARGET_PERMISSION_DENIED.name());

    static String of(@Nullable FailureResponse failureResponse) {
        return failureResponse == null ? "no reason was given" : failureResponse.message();
    }

    static boolean refuses(@Nullable FailureResponse failureResponse) {
        return failureResponse != null && failureResponse.code != null && REFUSALS.contains(failureResponse.code);
    }
}
