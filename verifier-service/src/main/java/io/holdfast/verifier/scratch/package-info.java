/** Throw-away copies of backups: where they are made, restored and dropped. */
@NullMarked
package io.holdfast.verifier.scratch;

import org.jspecify.annotations.NullMarked;
