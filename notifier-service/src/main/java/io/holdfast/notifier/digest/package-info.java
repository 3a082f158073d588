/** Daily and weekly summaries for each channel. */
@NullMarked
package io.holdfast.notifier.digest;

import org.jspecify.annotations.NullMarked;
