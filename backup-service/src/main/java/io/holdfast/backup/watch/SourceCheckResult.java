package io.holdfast.backup.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.FailureReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One check of a source.
 *
 * @param latencyMillis of one round trip; absent if the check failed
 * @param reason why a backup could not be opened; absent if the check passed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SourceCheckResult(
        Instant checkedAt,
        boolean ok,
        @Nullable Double latencyMillis,
        @Nullable String serverVersion,
        @Nullable FailureReason reason) {}
