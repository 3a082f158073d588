/** The report of a drill, its documents, and its signed evidence. Knows no vault, no engine and no service. */
@NullMarked
package io.holdfast.drill;

import org.jspecify.annotations.NullMarked;
