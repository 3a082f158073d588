/** Proving: a backup is restored to a scratch database and compared there, row by row. */
@NullMarked
package io.holdfast.verifier.proof;

import org.jspecify.annotations.NullMarked;
