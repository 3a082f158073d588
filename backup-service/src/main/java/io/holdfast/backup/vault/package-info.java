/** The one vault that this platform writes to. */
@NullMarked
package io.holdfast.backup.vault;

import org.jspecify.annotations.NullMarked;
