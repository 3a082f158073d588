/** Connections from the configuration to sources and to the vault. */
@NullMarked
package io.holdfast.transfer.access;

import org.jspecify.annotations.NullMarked;
