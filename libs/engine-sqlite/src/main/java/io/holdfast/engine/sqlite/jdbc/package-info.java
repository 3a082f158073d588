/** Connections to SQLite files and their errors. */
@NullMarked
package io.holdfast.engine.sqlite.jdbc;

import org.jspecify.annotations.NullMarked;
