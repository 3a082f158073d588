/** Queries on the system catalogs. */
@NullMarked
package io.holdfast.engine.postgres.catalog;

import org.jspecify.annotations.NullMarked;
