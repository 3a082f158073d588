/** Tests of traces. */
@NullMarked
package io.holdfast.eventing.tracing;

import org.jspecify.annotations.NullMarked;
