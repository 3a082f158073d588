/** Restores as sagas: what was asked, which step each stands at, what came of it. */
@NullMarked
package io.holdfast.restore.saga;

import org.jspecify.annotations.NullMarked;
