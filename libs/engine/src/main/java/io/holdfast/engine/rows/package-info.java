/** Streams of rows: what one task reads, and where rows go. */
@NullMarked
package io.holdfast.engine.rows;

import org.jspecify.annotations.NullMarked;
