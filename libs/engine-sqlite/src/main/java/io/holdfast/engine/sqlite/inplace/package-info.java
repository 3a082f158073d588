/** Restores of tables and rows into a live SQLite file. */
@NullMarked
package io.holdfast.engine.sqlite.inplace;

import org.jspecify.annotations.NullMarked;
