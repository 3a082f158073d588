package io.holdfast.vault.write;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.SourceRecord;
import io.holdfast.vault.format.VaultLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finding and keeping the names of sources. */
public final class SourceNameStore {
    private static final Logger LOG = LoggerFactory.getLogger(SourceNameStore.class);

    private SourceNameStore() {}

    /** Who has the name now comes first; among equals, who got it last. */
    public static Optional<SourceId> find(List<SourceRecord> sources, String name) {
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

    /** Names are a help to people: that they are damaged must not keep data from being saved, found or restored. */
    public static Optional<SourceRecord> read(VaultContext vault, SourceId source) {
        try {
            return open(vault, source);
        } catch (HoldfastException holdfastException) {
            passOver(source, holdfastException);
            return Optional.empty();
        }
    }

    private static Optional<SourceRecord> open(VaultContext vault, SourceId source) {
        String key = VaultLayout.source(source);
        return vault.sealed().read(key, SourceRecord.class);
    }

    private static void passOver(SourceId source, HoldfastException holdfastException) {
        if (!ObjectSealer.isUnreadable(holdfastException)) {
            throw holdfastException;
        }
        LOG.warn("source {} is taken for one without names: {}", source, holdfastException.getMessage());
    }

    /**
     * Writes the name down if it is new, or what is there is damaged; what a later Holdfast wrote is left as it is. Of two
     * writers at once the later one's history stays; both have the name.
     */
    static void record(VaultContext vault, SourceId source, String name, Instant now) {
        List<SourceRecord.Named> names = new ArrayList<>();
        try {
            open(vault, source).map(SourceRecord::names).ifPresent(names::addAll);
        } catch (HoldfastException holdfastException) {
            passOver(source, holdfastException);
            if (holdfastException.code() == FailureCode.VAULT_UNKNOWN_FORMAT) {
                return;
            }
        }
        if (!names.isEmpty() && names.getLast().name().equals(name)) {
            return;
        }
        names.add(new SourceRecord.Named(name, now));
        String key = VaultLayout.source(source);
        vault.store().put(key, vault.sealer().seal(key, new SourceRecord(source, names)));
    }
}
