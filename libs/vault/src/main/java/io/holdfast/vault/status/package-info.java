/** Status of backups, from listings and proofs. */
@NullMarked
package io.holdfast.vault.status;

import org.jspecify.annotations.NullMarked;
