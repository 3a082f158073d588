package io.holdfast.vault;

import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** Fetches chunks of one source and believes none: each is authenticated and its id computed again. */
final class ChunkReader implements AutoCloseable {
    private final Vault vault;
    private final SourceId source;
    private final BackupId backup;
    private final ReadLease lease;
    private final Quarantine quarantine;
    private final ChunkCodecs codecs;

    ChunkReader(Vault vault, SourceId source, BackupId backup, ReadLease lease) {
        this.vault = vault;
        this.source = source;
        this.backup = backup;
        this.lease = lease;
        this.quarantine = new Quarantine(vault, source);
        this.codecs = new ChunkCodecs(vault.ring());
    }

    /**
     * A chunk's plain bytes. One that is not what was stored is fetched once more, and then quarantined.
     *
     * @param owner which table or object asks, for the message
     * @throws Failure CHUNK_MISSING, CHUNK_CORRUPT; BACKUP_NOT_USABLE if the backup was deleted under its reader
     */
    byte[] read(StoredChunk chunk, String owner) {
        lease.ensure();
        try {
            return opened(chunk, owner);
        } catch (GeneralSecurityException | ZstdException first) {
            try {
                return opened(chunk, owner);
            } catch (GeneralSecurityException | ZstdException e) {
                quarantine.add(chunk, CheckReport.Fault.CORRUPT, backup);
                throw bad(FailureCode.CHUNK_CORRUPT, chunk, owner, "is corrupt: " + e.getMessage(), e);
            }
        }
    }

    private byte[] opened(StoredChunk chunk, String owner) throws GeneralSecurityException {
        byte[] object = vault.store().get(Layout.chunk(source, chunk)).orElseThrow(() -> missing(chunk, owner));
        return codecs.use(codec -> codec.open(source, chunk, object));
    }

    /** Of a backup that was swept while its reader stood still, nothing is wrong. */
    private Failure missing(StoredChunk chunk, String owner) {
        vault.refuseTombstoned(source, backup);
        return bad(FailureCode.CHUNK_MISSING, chunk, owner, "is missing", null);
    }

    private Failure bad(FailureCode code, StoredChunk chunk, String owner, String what, @Nullable Throwable cause) {
        String message = "chunk " + chunk.id() + " of backup " + backup + " (source " + source + "), needed by " + owner
                + ", " + what + "; use another backup, or bring the object back from a copy of the bucket";
        return new Failure(
                io.holdfast.contracts.FailureReason.of(code, message, chunk.id().toString()), cause);
    }

    @Override
    public void close() {
        codecs.close();
    }
}
