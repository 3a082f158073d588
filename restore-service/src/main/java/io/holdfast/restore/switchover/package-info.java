/** The switch from the live database to the restored one, and back. */
@NullMarked
package io.holdfast.restore.switchover;

import org.jspecify.annotations.NullMarked;
