/** Objects of the vault format and their keys in the bucket. */
@NullMarked
package io.holdfast.vault.format;

import org.jspecify.annotations.NullMarked;
