/** Reading of the extents of a backup. */
@NullMarked
package io.holdfast.vault.read;

import org.jspecify.annotations.NullMarked;
