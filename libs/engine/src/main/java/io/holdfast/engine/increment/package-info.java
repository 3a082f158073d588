/** What a snapshot notes, so that a later one can tell which rows are unchanged. */
@NullMarked
package io.holdfast.engine.increment;

import org.jspecify.annotations.NullMarked;
