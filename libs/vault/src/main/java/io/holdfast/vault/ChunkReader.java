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
    private final ChunkCodecs codecs;

    ChunkReader(Vault vault, SourceId source, BackupId backup) {
        this.vault = vault;
        this.source = source;
        this.backup = backup;
        this.codecs = new ChunkCodecs(vault.keys());
    }

    /**
     * A chunk's plain bytes.
     *
     * @param owner which table or object asks, for the message
     * @throws Failure CHUNK_MISSING, CHUNK_CORRUPT
     */
    byte[] read(StoredChunk chunk, String owner) {
        byte[] object = vault.store()
                .get(Layout.chunk(source, chunk))
                .orElseThrow(() -> bad(FailureCode.CHUNK_MISSING, chunk, owner, "is missing", null));
        try {
            return codecs.use(codec -> codec.open(source, chunk, object));
        } catch (GeneralSecurityException | ZstdException e) {
            throw bad(FailureCode.CHUNK_CORRUPT, chunk, owner, "is corrupt: " + e.getMessage(), e);
        }
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
