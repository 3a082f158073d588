/** Restores of tables and rows into a live PostgreSQL database. */
@NullMarked
package io.holdfast.engine.postgres.inplace;

import org.jspecify.annotations.NullMarked;
