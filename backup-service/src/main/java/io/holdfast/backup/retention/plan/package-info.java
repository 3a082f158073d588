/** The rules of retention: pure functions from backups, a policy and a time to a decision on each backup. */
@NullMarked
package io.holdfast.backup.retention.plan;

import org.jspecify.annotations.NullMarked;
