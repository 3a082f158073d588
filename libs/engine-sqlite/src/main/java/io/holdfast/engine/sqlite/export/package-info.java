/** Export of a backup as an SQL script for sqlite3. */
@NullMarked
package io.holdfast.engine.sqlite.export;

import org.jspecify.annotations.NullMarked;
