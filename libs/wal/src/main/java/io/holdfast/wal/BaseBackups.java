package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import io.holdfast.vault.Vault;
import io.holdfast.vault.file.SealedFiles;
import io.holdfast.vault.store.StoredObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * The base backups of one source in the vault. Each is pg_basebackup's archive in parts of 16 MiB, and a signed document
 * that is written last. Parts without a document are of a backup that died; {@link #removeUnfinished} removes them.
 */
public final class BaseBackups {
    private static final int PART = 16 << 20;
    private static final String FOLDER = "bases/";
    private static final String JSON = ".json";

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
        SealedFiles files = files(systemIdentifier);
        return files.list(FOLDER).stream()
                .map(StoredObject::key)
                .filter(key -> key.endsWith(JSON))
                .flatMap(key -> files.document(key, BaseBackup.class).stream())
                .sorted(Comparator.comparing(BaseBackup::id))
                .toList();
    }

    /**
     * Copies the server, reads the copy back from the vault, and compares every file with PostgreSQL's manifest. The copy
     * is usable once the WAL up to its end is archived.
     *
     * @throws HoldfastException SOURCE_UNSUPPORTED with tablespaces; TOOL_MISSING, TOOL_FAILED, SOURCE_*; WAL_MISSING if the
     *     copy does not read back as it was written
     */
    public BaseBackup take(PostgresTools tools, Server server, String systemIdentifier) {
        Instant started = server.clock().instant();
        String id = String.format(Locale.ROOT, "%015d-%s", started.toEpochMilli(), UUID.randomUUID());
        SealedFiles files = files(systemIdentifier);
        Parts parts = new Parts(files, id);
        copy(tools.program("pg_basebackup", server.major()), server, parts);
        parts.finish();
        Instant finished = server.clock().instant();
        BaseUnpacker.Unpacked read = unpacked(id, () -> BaseUnpacker.verify(open(files, id, parts.count)));
        if (!read.systemIdentifier().equals(systemIdentifier)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_CHANGED,
                    "the server at " + server.address().shown() + " has the system identifier "
                            + read.systemIdentifier() + ", expected " + systemIdentifier);
        }
        BaseBackup backup = new BaseBackup(
                id,
                systemIdentifier,
                server.major(),
                server.segmentSize(),
                read.manifest().timeline(),
                read.manifest().start(),
                read.manifest().end(),
                started,
                finished,
                read.files(),
                read.bytes(),
                parts.bytes,
                parts.count);
        files.putDocument(FOLDER + id + JSON, backup);
        return backup;
    }

    /** Writes the copy into an existing, empty directory. @throws HoldfastException WAL_MISSING if it is damaged */
    void unpack(BaseBackup base, Path directory) {
        SealedFiles files = files(base.systemIdentifier());
        unpacked(base.id(), () -> BaseUnpacker.unpack(open(files, base.id(), base.parts()), directory));
    }

    /** Removes a base backup and its proof: its document first, so that no recovery chooses it. */
    public void remove(BaseBackup base) {
        SealedFiles files = files(base.systemIdentifier());
        files.delete(FOLDER + base.id() + JSON);
        new RecoveryProofs(files).remove(base);
        files.list(FOLDER + base.id() + "/").forEach(part -> files.delete(part.key()));
    }

    /** Removes parts of backups that were not finished, and were written before that time. */
    public void removeUnfinished(String systemIdentifier, Instant before) {
        SealedFiles files = files(systemIdentifier);
        for (StoredObject object : files.list(FOLDER)) {
            int slash = object.key().indexOf('/', FOLDER.length());
            if (slash > 0
                    && object.modified().isBefore(before)
                    && files.head(object.key().substring(0, slash) + JSON).isEmpty()) {
                files.delete(object.key());
            }
        }
    }

    private SealedFiles files(String systemIdentifier) {
        return WalArchive.of(vault, source, systemIdentifier).files();
    }

    private static void copy(Path program, Server server, Parts parts) {
        ToolProcess tool = new ToolProcess(
                program,
                List.of(
                        "--no-password",
                        "--pgdata=-",
                        "--format=tar",
                        "--wal-method=none",
                        "--checkpoint=fast",
                        "--manifest-checksums=SHA256",
                        "--no-estimate-size",
                        "--host=" + server.address().host(),
                        "--port=" + server.address().port(),
                        "--username=" + server.address().user()),
                server.address(),
                server.password(),
                "holdfast/base-backup");
        ToolProcess.Ended ended = tool.run(parts);
        if (ended.exit() != 0) {
            throw ReplicationErrors.typed("pg_basebackup", server.address(), ended);
        }
    }

    private static String part(String id, int number) {
        return FOLDER + id + "/" + String.format(Locale.ROOT, "%08d", number);
    }

    private interface Unpacking {
        BaseUnpacker.Unpacked run() throws IOException;
    }

    private BaseUnpacker.Unpacked unpacked(String id, Unpacking work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new HoldfastException(
                    FailureReason.of(
                            FailureCode.WAL_MISSING,
                            "base backup " + id + " of source " + source + " is not usable: " + e.getMessage()
                                    + "; use another base backup, or take a new one",
                            id),
                    e);
        }
    }

    private static InputStream open(SealedFiles files, String id, int parts) {
        return new StoredParts(files, id, parts);
    }

    /** The parts one after the other, each fetched when it is read. */
    private static final class StoredParts extends InputStream {
        private final SealedFiles files;
        private final String id;
        private final int parts;
        private InputStream current = InputStream.nullInputStream();
        private int next;

        StoredParts(SealedFiles files, String id, int parts) {
            this.files = files;
            this.id = id;
            this.parts = parts;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = current.read(target, offset, length);
            while (read < 0 && next < parts) {
                String part = part(id, next++);
                current = new ByteArrayInputStream(files.read(part)
                        .orElseThrow(() -> HoldfastException.about(
                                part,
                                FailureCode.WAL_MISSING,
                                part + " of base backup " + id + " is missing in " + files.describe()
                                        + "; use another base backup, or take a new one")));
                read = current.read(target, offset, length);
            }
            return read;
        }
    }

    /** Cuts what is written into parts, each of which is in the vault before the next one begins. */
    private static final class Parts extends OutputStream {
        private final SealedFiles files;
        private final String id;
        private final byte[] buffer = new byte[PART];
        private int filled;
        private int count;
        private long bytes;

        Parts(SealedFiles files, String id) {
            this.files = files;
            this.id = id;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            int from = offset;
            int left = length;
            while (left > 0) {
                int piece = Math.min(left, PART - filled);
                System.arraycopy(source, from, buffer, filled, piece);
                filled += piece;
                from += piece;
                left -= piece;
                if (filled == PART) {
                    finish();
                }
            }
        }

        void finish() {
            if (filled > 0) {
                SealedFiles.Added unused =
                        files.add(part(id, count), filled == PART ? buffer : Arrays.copyOf(buffer, filled));
                count++;
                bytes += filled;
                filled = 0;
            }
        }
    }
}
