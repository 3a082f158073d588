/** OpenTelemetry traces: one switch, and span contexts that cross transactions, Kafka and the job table. */
@NullMarked
package io.holdfast.eventing.tracing;

import org.jspecify.annotations.NullMarked;
