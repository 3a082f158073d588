/** Compares recovered servers with the backups of their databases. */
@NullMarked
package io.holdfast.wal.rows;

import org.jspecify.annotations.NullMarked;
