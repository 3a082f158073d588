/** Schedules: the ledger of slots, the backups that they start, and pauses. */
@NullMarked
package io.holdfast.backup.schedule;

import org.jspecify.annotations.NullMarked;
