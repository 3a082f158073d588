/** Objects by key: the port that the vault stands on, S3 behind it, and what makes S3 dependable. */
@NullMarked
package io.holdfast.vault.store;

import org.jspecify.annotations.NullMarked;
