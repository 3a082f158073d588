/** The sender of a REST request, and what it may do. */
@NullMarked
package io.holdfast.eventing.caller;

import org.jspecify.annotations.NullMarked;
