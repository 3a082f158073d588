/** Rows of SQLite as lines of text and back, with storage class and bytes intact. */
@NullMarked
package io.holdfast.engine.sqlite.rows;

import org.jspecify.annotations.NullMarked;
