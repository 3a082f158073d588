/** Work after a restore: monitoring, and removal of databases that are no longer needed. */
@NullMarked
package io.holdfast.restore.followup;

import org.jspecify.annotations.NullMarked;
