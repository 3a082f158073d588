/** SQLite files, read and written through the SQLite library itself. */
@NullMarked
package io.holdfast.engine.sqlite;

import org.jspecify.annotations.NullMarked;
