/** Schema dumps: parsing, filtering, comparing, and loading through pg_restore. */
@NullMarked
package io.holdfast.engine.postgres.dump;

import org.jspecify.annotations.NullMarked;
