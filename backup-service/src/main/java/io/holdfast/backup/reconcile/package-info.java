/** Correction of the catalog by the vault. */
@NullMarked
package io.holdfast.backup.reconcile;

import org.jspecify.annotations.NullMarked;
