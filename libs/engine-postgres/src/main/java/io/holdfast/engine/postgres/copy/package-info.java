/** COPY in both directions. */
@NullMarked
package io.holdfast.engine.postgres.copy;

import org.jspecify.annotations.NullMarked;
