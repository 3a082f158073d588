/** Who sent a request over Kafka, and whether it may. */
@NullMarked
package io.holdfast.eventing.authorization;

import org.jspecify.annotations.NullMarked;
