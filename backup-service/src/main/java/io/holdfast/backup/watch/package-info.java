/** Periodic checks of sources, recovery points and sizes of backups, with their alerts and metrics. */
@NullMarked
package io.holdfast.backup.watch;

import org.jspecify.annotations.NullMarked;
