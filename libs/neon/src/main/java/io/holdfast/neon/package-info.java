/** Neon's API: a branch of an instant is a database that is captured like any other. */
@NullMarked
package io.holdfast.neon;

import org.jspecify.annotations.NullMarked;
