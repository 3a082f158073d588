package io.holdfast.vault.format;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import java.time.Instant;

/**
 * Says, signed, that a backup is deleted: it is not listed, read or reused from now on, and its chunks go when the grace
 * is over. One that was never committed gets one too when its writer must be dead.
 *
 * @param deletedAt by the clock of who deleted it
 * @param by who wanted it, for people
 * @param reason why, for people
 */
public record Tombstone(SourceId source, BackupId backup, Instant deletedAt, String by, String reason) {}
