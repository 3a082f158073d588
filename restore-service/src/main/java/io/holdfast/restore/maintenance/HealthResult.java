package io.holdfast.restore.maintenance;

import java.time.Duration;

/**
 * How an application said it is.
 *
 * @param detail what it said or what was wrong, for people: without URL, and of its answer only what is understood
 * @param latency from the question to the answer, or to giving up
 */
public record HealthResult(boolean ok, String detail, Duration latency) {}
