/** Keys, keysets and sealed objects. */
@NullMarked
package io.holdfast.vault.crypto;

import org.jspecify.annotations.NullMarked;
