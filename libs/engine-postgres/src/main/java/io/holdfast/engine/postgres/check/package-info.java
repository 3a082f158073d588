/** Data checks on a PostgreSQL database. */
@NullMarked
package io.holdfast.engine.postgres.check;

import org.jspecify.annotations.NullMarked;
