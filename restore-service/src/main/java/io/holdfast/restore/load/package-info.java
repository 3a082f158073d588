/** Loading and checking of a staging database, and restores in place. */
@NullMarked
package io.holdfast.restore.load;

import org.jspecify.annotations.NullMarked;
