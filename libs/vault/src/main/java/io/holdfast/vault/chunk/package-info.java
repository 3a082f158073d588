/** Chunks: naming, compression, encryption, reading, quarantine. */
@NullMarked
package io.holdfast.vault.chunk;

import org.jspecify.annotations.NullMarked;
