/** What is watched without being asked: sources, recovery points, the sizes of backups, and the metrics of all of them. */
@NullMarked
package io.holdfast.backup.watch;

import org.jspecify.annotations.NullMarked;
