/** Parts of an open vault that its operations share. */
@NullMarked
package io.holdfast.vault.core;

import org.jspecify.annotations.NullMarked;
