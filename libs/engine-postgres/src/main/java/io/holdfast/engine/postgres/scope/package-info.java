/** Scope of a backup as conditions on the catalog. */
@NullMarked
package io.holdfast.engine.postgres.scope;

import org.jspecify.annotations.NullMarked;
