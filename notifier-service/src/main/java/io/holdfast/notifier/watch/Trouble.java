package io.holdfast.notifier.watch;

import io.holdfast.contracts.FailureCode;
import java.time.Instant;

/**
 * Failures of one kind without a success since.
 *
 * @param id of the object that failed last
 * @param since time of the first failure
 * @param last time of the last one
 */
public record Trouble(String id, FailureCode code, String message, Instant since, Instant last, int count) {}
