package io.holdfast.vault;

import io.holdfast.contracts.SourceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finding and keeping the names of sources. */
final class SourceNames {
    private SourceNames() {}

    /** Who has the name now comes first; among equals, who got it last. */
    static Optional<SourceId> find(List<SourceRecord> sources, String name) {
        Comparator<SourceRecord> current = Comparator.comparing(s -> s.name().equals(name));
        return sources.stream()
                .filter(s -> s.names().stream().anyMatch(n -> n.name().equals(name)))
                .max(current.thenComparing(s -> lastNamed(s, name)))
                .map(SourceRecord::id);
    }

    private static Instant lastNamed(SourceRecord source, String name) {
        return source.names().stream()
                .filter(n -> n.name().equals(name))
                .map(SourceRecord.Named::since)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    /** Writes the name down if it is new. Of two writers at once the later one's history stays; both have the name. */
    static void record(Vault vault, SourceId source, String name, Instant now) {
        List<SourceRecord.Named> names =
                new ArrayList<>(vault.source(source).map(SourceRecord::names).orElse(List.of()));
        if (!names.isEmpty() && names.getLast().name().equals(name)) {
            return;
        }
        names.add(new SourceRecord.Named(name, now));
        String key = Layout.source(source);
        vault.store().put(key, vault.seal().seal(key, new SourceRecord(source, names)));
    }
}
