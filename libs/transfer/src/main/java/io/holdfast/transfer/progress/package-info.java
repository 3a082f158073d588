/** Progress and parallel tasks. */
@NullMarked
package io.holdfast.transfer.progress;

import org.jspecify.annotations.NullMarked;
