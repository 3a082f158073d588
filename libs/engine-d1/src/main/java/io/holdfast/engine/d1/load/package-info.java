/** A backup as a new D1 database: loaded as a file first, then written to D1, read back and compared. */
@NullMarked
package io.holdfast.engine.d1.load;

import org.jspecify.annotations.NullMarked;
