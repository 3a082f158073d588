/** Throw-away PostgreSQL clusters from the server binaries of this machine. */
@NullMarked
package io.holdfast.engine.scratch;

import org.jspecify.annotations.NullMarked;
