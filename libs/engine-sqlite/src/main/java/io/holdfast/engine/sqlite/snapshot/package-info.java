/** Consistent copies of a file that is in use. */
@NullMarked
package io.holdfast.engine.sqlite.snapshot;

import org.jspecify.annotations.NullMarked;
