/** Backups that take the rows of unchanged parts from an earlier backup. */
@NullMarked
package io.holdfast.transfer.increment;

import org.jspecify.annotations.NullMarked;
