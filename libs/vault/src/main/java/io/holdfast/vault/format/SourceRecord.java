package io.holdfast.vault.format;

import io.holdfast.contracts.SourceId;
import java.time.Instant;
import java.util.List;

/** A source as the vault knows it: its names, oldest first. */
public record SourceRecord(SourceId id, List<Named> names) {
    public SourceRecord {
        names = List.copyOf(names);
    }

    public record Named(String name, Instant since) {}

    /** Its name now. */
    public String name() {
        return names.getLast().name();
    }
}
