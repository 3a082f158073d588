/** Archiving the WAL of PostgreSQL servers, base backups, and what can be restored from them. */
@NullMarked
package io.holdfast.backup.wal;

import org.jspecify.annotations.NullMarked;
