/** Connections, their sessions and errors. */
@NullMarked
package io.holdfast.engine.postgres.jdbc;

import org.jspecify.annotations.NullMarked;
