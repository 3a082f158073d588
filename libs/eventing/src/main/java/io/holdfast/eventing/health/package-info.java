/** Health checks and periodic cleanup of a service. */
@NullMarked
package io.holdfast.eventing.health;

import org.jspecify.annotations.NullMarked;
