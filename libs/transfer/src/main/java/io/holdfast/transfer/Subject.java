package io.holdfast.transfer;

import io.holdfast.contracts.BackupKind;
import io.holdfast.engine.Scope;
import java.time.Instant;
import java.util.List;

/**
 * What a backup says of itself beside what it holds.
 *
 * @param sourceName the source's name now
 * @param startedAt when the work began
 */
public record Subject(String sourceName, BackupKind kind, List<String> labels, Scope scope, Instant startedAt) {
    public Subject {
        labels = List.copyOf(labels);
    }
}
