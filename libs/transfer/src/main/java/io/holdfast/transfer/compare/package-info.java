/** Comparison of a restored copy with its manifest, and data checks. */
@NullMarked
package io.holdfast.transfer.compare;

import org.jspecify.annotations.NullMarked;
