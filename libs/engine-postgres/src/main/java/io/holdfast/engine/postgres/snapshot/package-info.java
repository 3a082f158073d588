/** Consistent snapshots of a source: locks, exported snapshot, schema dump, readers. */
@NullMarked
package io.holdfast.engine.postgres.snapshot;

import org.jspecify.annotations.NullMarked;
