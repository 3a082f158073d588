/** Holdfast beside pg_dump and pg_restore: the same database, the same machine, the same run. */
@NullMarked
package io.holdfast.cli.bench;

import org.jspecify.annotations.NullMarked;
