/** The signed archive of a drill: its writer, and its verification without a vault or a service. */
@NullMarked
package io.holdfast.drill.evidence;

import org.jspecify.annotations.NullMarked;
