/** Reading of a snapshot into the vault. */
@NullMarked
package io.holdfast.transfer.backup;

import org.jspecify.annotations.NullMarked;
