/** Checks of what the data is like, and their results. */
@NullMarked
package io.holdfast.engine.check;

import org.jspecify.annotations.NullMarked;
