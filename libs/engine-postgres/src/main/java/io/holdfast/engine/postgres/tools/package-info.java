/** PostgreSQL's client programs. */
@NullMarked
package io.holdfast.engine.postgres.tools;

import org.jspecify.annotations.NullMarked;
