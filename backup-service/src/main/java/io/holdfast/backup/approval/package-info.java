/** Approvals of deletions and exports by a second person. */
@NullMarked
package io.holdfast.backup.approval;

import org.jspecify.annotations.NullMarked;
