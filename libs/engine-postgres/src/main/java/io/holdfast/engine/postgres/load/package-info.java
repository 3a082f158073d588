/** Loading of a backup into an empty database, and the servers to which backups are restored. */
@NullMarked
package io.holdfast.engine.postgres.load;

import org.jspecify.annotations.NullMarked;
