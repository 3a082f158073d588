/** CloudEvents on Kafka records: reading and writing. */
@NullMarked
package io.holdfast.eventing.cloudevents;

import org.jspecify.annotations.NullMarked;
