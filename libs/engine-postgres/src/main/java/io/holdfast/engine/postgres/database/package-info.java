/** Properties of a database as a whole: owner, grants, settings, name. */
@NullMarked
package io.holdfast.engine.postgres.database;

import org.jspecify.annotations.NullMarked;
