/** Definitions of a SQLite file. */
@NullMarked
package io.holdfast.engine.sqlite.schema;

import org.jspecify.annotations.NullMarked;
