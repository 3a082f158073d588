/** Drills: rehearsed restores with checks, negative controls, measured times and a report. */
@NullMarked
package io.holdfast.verifier.drill;

import org.jspecify.annotations.NullMarked;
