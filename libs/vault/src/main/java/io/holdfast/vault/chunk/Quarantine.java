package io.holdfast.vault.chunk;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.QuarantinedChunk;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A source's chunks that failed a check. */
public final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final VaultContext vault;
    private final SourceId source;

    public Quarantine(VaultContext vault, SourceId source) {
        this.vault = vault;
        this.source = source;
    }

    /** Notes it. Who may read but not write still learns of the damage: that this fails does not hide it. */
    public void add(StoredChunk chunk, ChunkFault fault, @Nullable BackupId foundIn) {
        String key = VaultLayout.quarantined(source, chunk);
        QuarantinedChunk found = new QuarantinedChunk(
                source, chunk, fault, foundIn, vault.grace().clock().instant());
        try {
            if (vault.store().putIfAbsent(key, vault.sealer().seal(key, found))) {
                LOG.warn("chunk {} of source {} is {}: quarantined", chunk.id(), source, fault);
            }
        } catch (HoldfastException holdfastException) {
            LOG.warn(
                    "chunk {} of source {} is {}, but not quarantined: {}",
                    chunk.id(),
                    source,
                    fault,
                    holdfastException.getMessage());
        }
    }

    /** It read well. */
    public void lift(StoredChunk chunk) {
        vault.store().delete(VaultLayout.quarantined(source, chunk));
        LOG.info("chunk {} of source {} reads well again: out of quarantine", chunk.id(), source);
    }

    /** By their names alone: a note that does not open is heeded too. */
    public Set<ChunkObjectName> places() {
        try (Stream<StoredObject> notes = vault.store().list(VaultLayout.quarantine(source))) {
            return notes.map(StoredObject::key).map(Quarantine::place).collect(Collectors.toSet());
        }
    }

    public List<QuarantinedChunk> all() {
        try (Stream<StoredObject> notes = vault.store().list(VaultLayout.quarantine(source))) {
            return notes.map(StoredObject::key)
                    .flatMap(key -> vault.sealed().read(key, QuarantinedChunk.class).stream())
                    .toList();
        }
    }

    public static ChunkObjectName place(String key) {
        return key.endsWith(VaultLayout.JSON)
                ? ChunkObjectName.of(key.substring(0, key.length() - VaultLayout.JSON.length()))
                : ChunkObjectName.NOWHERE;
    }
}
