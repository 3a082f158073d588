/** Limits of requests: their rate, their size, and the time that a client may take to send one. */
@NullMarked
package io.holdfast.eventing.limits;

import org.jspecify.annotations.NullMarked;
