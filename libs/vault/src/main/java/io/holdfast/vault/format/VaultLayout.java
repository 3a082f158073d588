package io.holdfast.vault.format;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import java.util.Optional;
import java.util.UUID;

/** Where everything lies below the vault's prefix. Part of the format. */
public final class VaultLayout {
    public static final String VAULT = "vault.json";
    public static final String SOURCES = "sources/";
    public static final String JSON = ".json";
    public static final String PROBE = "probe/";
    public static final String CLOCK = PROBE + "clock";

    public static final String KEYS = "keys/";
    public static final String ESCROWS = KEYS + "escrow/";

    private VaultLayout() {}

    /** Where the keysets lie that a rewrapping wrapped with this key; the first key's lie beside these folders. */
    public static String keysets(String keyId) {
        return KEYS + keyId + "/";
    }

    public static String escrow(String keyId) {
        return ESCROWS + keyId + JSON;
    }

    /** Empty for a folder that is no source's. */
    public static Optional<SourceId> sourceId(String folder) {
        try {
            return Optional.of(SourceId.parse(folder))
                    .filter(id -> id.toString().equals(folder));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The prefix of all objects of a source. */
    public static String everything(SourceId source) {
        return SOURCES + source + "/";
    }

    public static String source(SourceId source) {
        return SOURCES + source + "/source.json";
    }

    public static String chunks(SourceId source) {
        return SOURCES + source + "/chunks/";
    }

    public static String chunk(SourceId source, ChunkId id, int generation) {
        String name = new ChunkObjectName(id, generation).name();
        return chunks(source) + name.substring(0, 2) + "/" + name;
    }

    public static String chunk(SourceId source, StoredChunk chunk) {
        return chunk(source, chunk.id(), chunk.generation());
    }

    /** Which chunk lies there; NOWHERE for an object that is none of the source's, or is not where a reader looks for it. */
    public static ChunkObjectName chunkAt(SourceId source, String key) {
        ChunkObjectName place = ChunkObjectName.of(key);
        return key.equals(chunk(source, place.id(), place.generation())) ? place : ChunkObjectName.NOWHERE;
    }

    /** Files of a server beside its backups: WAL segments, their indexes, base backups. */
    public static String wal(SourceId source) {
        return SOURCES + source + "/wal/";
    }

    public static String backups(SourceId source) {
        return SOURCES + source + "/backups/";
    }

    public static String manifest(SourceId source, BackupId backup) {
        return backups(source) + backup + JSON;
    }

    public static String tombstones(SourceId source) {
        return SOURCES + source + "/tombstones/";
    }

    public static String tombstone(SourceId source, BackupId backup) {
        return tombstones(source) + backup + JSON;
    }

    public static String holds(SourceId source) {
        return SOURCES + source + "/holds/";
    }

    public static String hold(SourceId source, BackupId backup) {
        return holds(source) + backup + JSON;
    }

    public static String quarantine(SourceId source) {
        return SOURCES + source + "/quarantine/";
    }

    public static String quarantined(SourceId source, StoredChunk chunk) {
        return quarantine(source) + ChunkObjectName.of(chunk).name() + JSON;
    }

    public static String proofs(SourceId source) {
        return SOURCES + source + "/proofs/";
    }

    public static String proofs(SourceId source, BackupId backup) {
        return proofs(source) + backup + "/";
    }

    public static String proof(SourceId source, BackupId backup, VerificationId verification) {
        return proofs(source, backup) + verification + JSON;
    }

    public static String journals(SourceId source) {
        return SOURCES + source + "/journal/";
    }

    /** A writer adds pages and rewrites none, so two writers of one backup cannot lose each other's. */
    public static String journal(SourceId source, BackupId backup) {
        return journals(source) + backup + "/";
    }

    /** Whose journal a page is of; empty for an object that is none. */
    public static Optional<BackupId> journalled(SourceId source, String key) {
        return folderOf(journals(source), key);
    }

    /** Whose object {@code <prefix><backup>/…} is; empty for one that is named otherwise. */
    public static Optional<BackupId> folderOf(String prefix, String key) {
        int end = key.indexOf('/', prefix.length());
        return end < 0 ? Optional.empty() : backup(key.substring(prefix.length(), end));
    }

    /** Whose object {@code <prefix><backup>.json} is; empty for one that is named otherwise. */
    public static Optional<BackupId> backupOf(String prefix, String key) {
        return key.endsWith(JSON)
                ? backup(key.substring(prefix.length(), key.length() - JSON.length()))
                : Optional.empty();
    }

    private static Optional<BackupId> backup(String text) {
        try {
            return Optional.of(BackupId.parse(text)).filter(id -> id.toString().equals(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public static String journalPage(SourceId source, BackupId backup, UUID writer, int page) {
        return journal(source, backup) + writer + "-" + page + JSON;
    }
}
