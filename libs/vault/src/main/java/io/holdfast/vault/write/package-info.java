/** Writing of a backup: segments, chunks, journal, commit. */
@NullMarked
package io.holdfast.vault.write;

import org.jspecify.annotations.NullMarked;
