package io.holdfast.vault.format;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import java.time.Instant;

/** Says, signed, that a backup must not be deleted until it is released. */
public record Hold(SourceId source, BackupId backup, Instant heldAt, String by, String reason) {}
