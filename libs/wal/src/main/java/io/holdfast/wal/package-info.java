/** WAL archive, base backups and recovery to a point in time of one PostgreSQL server. */
@NullMarked
package io.holdfast.wal;

import org.jspecify.annotations.NullMarked;
