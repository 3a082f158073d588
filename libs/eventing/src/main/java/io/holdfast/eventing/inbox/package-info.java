/** Consumers whose effects happen once per message. */
@NullMarked
package io.holdfast.eventing.inbox;

import org.jspecify.annotations.NullMarked;
