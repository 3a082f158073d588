/** Export of a backup as an SQL script for psql. */
@NullMarked
package io.holdfast.engine.postgres.export;

import org.jspecify.annotations.NullMarked;
