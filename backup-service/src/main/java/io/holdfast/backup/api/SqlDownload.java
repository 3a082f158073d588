package io.holdfast.backup.api;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.reader.BackupReaders;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.transfer.export.SqlExportFolder;
import io.holdfast.transfer.export.SqlExporter;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Responses with a backup as plain SQL, streamed while it is read from the vault. A failure after the first byte closes the
 * connection; the receiver knows a complete script by its last line, and a complete archive by its directory.
 *
 * <p>Each method blocks, and fails with BACKUP_NOT_USABLE if the backup is not stored.
 */
@ApplicationScoped
public class SqlDownload {
    private static final Logger LOG = Logger.getLogger(SqlDownload.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PinnedVault vaults;
    private final BackupReaders readers;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;

    SqlDownload(PinnedVault vaults, BackupReaders readers, TransactionRunner transactionRunner, InstantSource clock) {
        this.vaults = vaults;
        this.readers = readers;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
    }

    /** A stored backup, and the vault that has it. */
    private record Stored(Vault vault, Manifest manifest) {
        BackupReader read() {
            return vault.reader(manifest.source(), manifest.backup());
        }
    }

    /** One script, {@code application/sql}. */
    public Response script(Backup backup) {
        Stored stored = stored(backup);
        StreamingOutput content = out -> {
            try (BackupReader reader = stored.read()) {
                SqlExporter.sql(reader, out);
            }
        };
        return attachment(reading(stored, content), "application/sql", SqlExporter.fileName(stored.manifest()));
    }

    /** A zip archive of a folder of scripts. */
    Response archive(Backup backup) {
        Stored stored = stored(backup);
        String folder = SqlExportFolder.name(stored.manifest());
        StreamingOutput content = out -> {
            // the response's stream is closed by who opened it
            try (BackupReader reader = stored.read();
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                SqlExporter.directory(reader, name -> entry(zip, folder + "/" + name));
            }
        };
        return attachment(reading(stored, content), "application/zip", folder + ".zip");
    }

    private Stored stored(Backup backup) {
        if (!backup.state().isStored()) {
            throw HoldfastException.about(
                    backup.id().toString(),
                    FailureCode.BACKUP_NOT_USABLE,
                    "backup " + backup.id() + " is " + backup.state() + "; only a stored backup can be exported");
        }
        Vault vault = vaults.open();
        return new Stored(vault, vault.manifest(backup.source().id(), backup.id()));
    }

    /** Keeps retention from deleting the backup while it is read. */
    private StreamingOutput reading(Stored stored, StreamingOutput content) {
        UUID export = UUID.randomUUID();
        BackupId backup = stored.manifest().backup();
        return out -> {
            await(session -> readers.started(session, BackupReaders.Kind.EXPORT, export, backup, clock.instant()));
            try {
                content.write(out);
            } finally {
                ended(export);
            }
        };
    }

    private void ended(UUID export) {
        try {
            await(session -> readers.ended(session, BackupReaders.Kind.EXPORT, export));
        } catch (RuntimeException e) { // the export is complete, and its entry expires
            LOG.warnf("the end of export %s is not recorded: %s", export, e.getMessage());
        }
    }

    private void await(Function<Mutiny.Session, Uni<Void>> work) {
        transactionRunner.run(work).await().atMost(PATIENCE);
    }

    private static OutputStream entry(ZipOutputStream zip, String name) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        return new FilterOutputStream(zip) {
            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                zip.write(buffer, offset, length);
            }

            @Override
            public void close() throws IOException {
                zip.closeEntry();
            }
        };
    }

    private static Response attachment(StreamingOutput content, String type, String name) {
        return Response.ok(content, type)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .build();
    }
}
