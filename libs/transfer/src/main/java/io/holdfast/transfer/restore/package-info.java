/** Restores to a new database. */
@NullMarked
package io.holdfast.transfer.restore;

import org.jspecify.annotations.NullMarked;
