/** Deletion of backups and garbage collection of their chunks. */
@NullMarked
package io.holdfast.vault.gc;

import org.jspecify.annotations.NullMarked;
