/**
 * How a database is read and written. The port: {@link io.holdfast.engine.SourceDatabase} opens a
 * {@link io.holdfast.engine.Snapshot} to read from and a {@link io.holdfast.engine.TargetServer} to restore to. Everything
 * blocks, may be called from virtual threads, and fails with {@link io.holdfast.contracts.HoldfastException}.
 */
@NullMarked
package io.holdfast.engine;

import org.jspecify.annotations.NullMarked;
