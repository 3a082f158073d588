/** Loading of a backup into a new file, and the directories to which backups are restored. */
@NullMarked
package io.holdfast.engine.sqlite.load;

import org.jspecify.annotations.NullMarked;
