/** Transactions, clock and Kafka clients of a service. */
@NullMarked
package io.holdfast.eventing.runtime;

import org.jspecify.annotations.NullMarked;
