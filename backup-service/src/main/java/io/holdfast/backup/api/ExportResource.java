package io.holdfast.backup.api;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
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
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * A backup as plain SQL, streamed as it is read from the vault. What fails after the first byte breaks the connection off;
 * who receives it sees that it is whole by the script's last line, or the archive's directory.
 */
@Path("/api/backups")
@Tag(name = "Backups")
class ExportResource {
    private static final Logger LOG = Logger.getLogger(ExportResource.class);

    /** For the catalog's answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BackupRepository backupRepository;
    private final PinnedVault vaults;
    private final TransactionRunner transactionRunner;
    private final BackupReaders readers;
    private final InstantSource clock;

    ExportResource(
            BackupRepository backupRepository,
            PinnedVault vaults,
            TransactionRunner transactionRunner,
            BackupReaders readers,
            InstantSource clock) {
        this.backupRepository = backupRepository;
        this.vaults = vaults;
        this.transactionRunner = transactionRunner;
        this.readers = readers;
        this.clock = clock;
    }

    @GET
    @Path("{id}/export")
    @Produces({"application/sql", "application/zip"})
    @Blocking
    @Operation(summary = "A backup as plain SQL: format sql is one script, directory a zip archive of scripts")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = {@Content(mediaType = "application/sql"), @Content(mediaType = "application/zip")})
    public Response export(
            BackupId id,
            @Parameter(
                            schema =
                                    @Schema(
                                            enumeration = {"sql", "directory"},
                                            defaultValue = "sql"))
                    @QueryParam("format")
                    @DefaultValue("sql")
                    String format) {
        return switch (format) {
            case "sql" -> script(stored(id));
            case "directory" -> archive(stored(id));
            default ->
                throw HoldfastException.of(
                        FailureCode.REQUEST_INVALID,
                        "\"" + format + "\" is no format of an export; write ?format=sql or ?format=directory");
        };
    }

    /** A stored backup, and the vault that has it. */
    private record Stored(Vault vault, Manifest manifest) {
        BackupReader read() {
            return vault.reader(manifest.source(), manifest.backup());
        }
    }

    private Stored stored(BackupId id) {
        Backup backup = transactionRunner
                .run(session -> backupRepository.get(session, id))
                .await()
                .atMost(PATIENCE);
        if (!backup.state().isStored()) {
            throw HoldfastException.about(
                    id.toString(),
                    FailureCode.BACKUP_NOT_USABLE,
                    "backup " + id + " is " + backup.state() + "; only a stored backup can be exported");
        }
        Vault vault = vaults.open();
        return new Stored(vault, vault.manifest(backup.source().id(), id));
    }

    private Response script(Stored stored) {
        StreamingOutput content = out -> {
            try (BackupReader backup = stored.read()) {
                SqlExporter.sql(backup, out);
            }
        };
        return attachment(reading(stored, content), "application/sql", SqlExporter.fileName(stored.manifest()));
    }

    private Response archive(Stored stored) {
        String folder = SqlExportFolder.name(stored.manifest());
        StreamingOutput content = out -> {
            // the response's stream is closed by who opened it
            try (BackupReader backup = stored.read();
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                SqlExporter.directory(backup, name -> entry(zip, folder + "/" + name));
            }
        };
        return attachment(reading(stored, content), "application/zip", folder + ".zip");
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
