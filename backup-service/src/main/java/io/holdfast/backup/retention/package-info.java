/** Retention: rules that decide on each backup, and runs that delete by them. */
@NullMarked
package io.holdfast.backup.retention;

import org.jspecify.annotations.NullMarked;
