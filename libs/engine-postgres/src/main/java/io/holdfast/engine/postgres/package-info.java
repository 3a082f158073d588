/** PostgreSQL: read by COPY under one exported snapshot, its schema by pg_dump, written by pg_restore and COPY. */
@NullMarked
package io.holdfast.engine.postgres;

import org.jspecify.annotations.NullMarked;
