/** Restores of tables and rows into a live database: selection, plan, difference, result. */
@NullMarked
package io.holdfast.engine.inplace;

import org.jspecify.annotations.NullMarked;
