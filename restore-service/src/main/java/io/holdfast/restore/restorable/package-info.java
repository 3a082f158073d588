/** Daily check of the role that restores each source, and its result. */
@NullMarked
package io.holdfast.restore.restorable;

import org.jspecify.annotations.NullMarked;
