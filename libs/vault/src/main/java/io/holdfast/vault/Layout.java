package io.holdfast.vault;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import java.util.UUID;

/** Where everything lies below the vault's prefix. Part of the format. */
final class Layout {
    static final String VAULT = "vault.json";
    static final String SOURCES = "sources/";
    static final String JSON = ".json";

    private Layout() {}

    static String keyset(String name) {
        return "keys/" + name + JSON;
    }

    static String source(SourceId source) {
        return SOURCES + source + "/source.json";
    }

    static String chunks(SourceId source) {
        return SOURCES + source + "/chunks/";
    }

    static String chunk(SourceId source, ChunkId id, int generation) {
        String hex = id.toString();
        return chunks(source) + hex.substring(0, 2) + "/" + hex + (generation == 0 ? "" : "." + generation);
    }

    static String chunk(SourceId source, StoredChunk chunk) {
        return chunk(source, chunk.id(), chunk.generation());
    }

    static String backups(SourceId source) {
        return SOURCES + source + "/backups/";
    }

    static String manifest(SourceId source, BackupId backup) {
        return backups(source) + backup + JSON;
    }

    static String tombstones(SourceId source) {
        return SOURCES + source + "/tombstones/";
    }

    static String tombstone(SourceId source, BackupId backup) {
        return tombstones(source) + backup + JSON;
    }

    static String proofs(SourceId source, BackupId backup) {
        return SOURCES + source + "/proofs/" + backup + "/";
    }

    static String proof(SourceId source, BackupId backup, VerificationId verification) {
        return proofs(source, backup) + verification + JSON;
    }

    static String journals(SourceId source) {
        return SOURCES + source + "/journal/";
    }

    /** A writer adds pages and rewrites none, so two writers of one backup cannot lose each other's. */
    static String journal(SourceId source, BackupId backup) {
        return journals(source) + backup + "/";
    }

    static String journalPage(SourceId source, BackupId backup, UUID writer, int page) {
        return journal(source, backup) + writer + "-" + page + JSON;
    }
}
