package io.holdfast.transfer.backup;

import io.holdfast.contracts.BackupKind;
import io.holdfast.engine.BackupScope;
import java.time.Instant;
import java.util.List;

/**
 * What a backup says of itself beside what it holds.
 *
 * @param sourceName the source's name now
 * @param startedAt when the work began
 */
public record BackupMetadata(
        String sourceName, BackupKind kind, List<String> labels, BackupScope scope, Instant startedAt) {
    public BackupMetadata {
        labels = List.copyOf(labels);
    }
}
