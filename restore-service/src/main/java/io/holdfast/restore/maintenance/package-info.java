/** The application of a restored database: put into maintenance mode and out of it, asked how it is, watched. */
@NullMarked
package io.holdfast.restore.maintenance;

import org.jspecify.annotations.NullMarked;
