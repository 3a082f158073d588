/** Checks of the chunks and sealed objects in a vault. */
@NullMarked
package io.holdfast.vault.check;

import org.jspecify.annotations.NullMarked;
