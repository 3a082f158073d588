/** Approval of restores by a second person. */
@NullMarked
package io.holdfast.restore.approval;

import org.jspecify.annotations.NullMarked;
