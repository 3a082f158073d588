package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.vault.Vault;
import io.holdfast.wal.pieces.Piece;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The base backups of one source in the vault. Each is pg_basebackup's archive, cut into pieces that are not stored again if
 * the base backup before it has them, and a signed document that is written last. A removed base backup does not exist from
 * that moment on; its pieces, and those of one that died, are deleted by {@link #sweep}.
 */
public final class BaseBackups {
    private static final Logger LOG = LoggerFactory.getLogger(BaseBackups.class);

    private final Vault vault;
    private final SourceId source;

    public BaseBackups(Vault vault, SourceId source) {
        this.vault = vault;
        this.source = source;
    }

    /**
     * What is copied.
     *
     * @param address of any database of the server; the role needs REPLICATION
     * @param major the server's major version
     * @param segmentSize of the server's WAL, in bytes
     * @param clock the server's, which commits are stamped with
     */
    public record Server(
            DatabaseAddress address, PasswordSupplier password, int major, int segmentSize, InstantSource clock) {

        /**
         * Creates the description of a server whose state is known.
         *
         * @param state the server's; the clock asks the server again
         */
        public static Server of(
                DatabaseAddress address, PasswordSupplier password, WalServer server, WalServer.State state) {
            return new Server(
                    address,
                    password,
                    state.major(),
                    state.segmentBytes(),
                    () -> server.state().now());
        }
    }

    /** All of one server, the oldest first. */
    public List<BaseBackup> list(String systemIdentifier) {
        return files(systemIdentifier).documents().existing();
    }

    /**
     * Copies the server, reads the copy back from the vault, and compares every file with PostgreSQL's manifest. The copy
     * is usable once the WAL up to its end is archived. If pieces of an earlier base backup turn out to be damaged, the
     * server is copied once more without them.
     *
     * @throws HoldfastException SOURCE_CHANGED if a tablespace is created or dropped meanwhile; TOOL_MISSING, TOOL_FAILED, SOURCE_*; WAL_MISSING if the
     *     copy does not read back as it was written; MAX_DURATION_EXCEEDED if it lasts half the vault's grace period
     */
    public BaseBackup take(PostgresTools tools, Server server, String systemIdentifier) {
        return take(ServerArchive.of(new BaseBackupTool(tools, server), server), server, systemIdentifier);
    }

    BaseBackup take(ServerArchive archive, Server server, String systemIdentifier) {
        BaseFiles files = files(systemIdentifier);
        BaseCopy copy = copy(archive, server, systemIdentifier, files);
        try {
            return copy.run(reusable(files));
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.WAL_MISSING || !copy.reuses()) {
                throw e;
            }
            LOG.warn("source {}: pieces of an earlier base backup are not reused: {}", source, e.getMessage());
            return copy(archive, server, systemIdentifier, files).run(List.of());
        }
    }

    private BaseCopy copy(ServerArchive archive, Server server, String systemIdentifier, BaseFiles files) {
        return new BaseCopy(
                archive, server, systemIdentifier, files, vault.context().grace());
    }

    /** The pieces of the newest base backup; none if they are not known. */
    private List<Piece> reusable(BaseFiles files) {
        try {
            List<BaseBackup> all = files.documents().existing();
            return all.isEmpty() || all.getLast().pieces().lists() == 0 ? List.of() : files.pieces(all.getLast());
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.WAL_MISSING && e.code() != FailureCode.MANIFEST_CORRUPT) {
                throw e;
            }
            LOG.warn("source {}: nothing is reused: {}", source, e.getMessage());
            return List.of();
        }
    }

    /**
     * Writes the copy into an existing, empty directory.
     *
     * @throws HoldfastException WAL_MISSING if it is damaged
     */
    void unpack(BaseBackup base, Path directory) {
        BaseUnpacker.Unpacked unused = files(base.systemIdentifier()).unpack(base, directory);
    }

    /** Removes a base backup and its proof. Its pieces stay for the grace period, and longer if others need them. */
    public void remove(BaseBackup base) {
        files(base.systemIdentifier())
                .documents()
                .remove(base, vault.context().grace().clock());
    }

    /**
     * Deletes pieces that no base backup has needed for the grace period, and those of base backups that were not finished.
     *
     * @return the number of deleted objects
     * @throws HoldfastException WAL_MISSING, MANIFEST_CORRUPT, VAULT_UNKNOWN_FORMAT if it cannot be known which pieces are
     *     needed: then nothing is deleted
     */
    public int sweep(String systemIdentifier) {
        return new BaseSweep(
                        vault.context(),
                        WalArchive.of(vault, source, systemIdentifier).files())
                .run();
    }

    private BaseFiles files(String systemIdentifier) {
        return new BaseFiles(WalArchive.of(vault, source, systemIdentifier).files(), source);
    }
}
