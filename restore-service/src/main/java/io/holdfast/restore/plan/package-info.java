/** Which backup goes where: resolved against the vault, before anything is touched. */
@NullMarked
package io.holdfast.restore.plan;

import org.jspecify.annotations.NullMarked;
