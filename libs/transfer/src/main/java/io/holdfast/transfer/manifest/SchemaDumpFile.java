package io.holdfast.transfer.manifest;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.vault.read.BackupReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A backup's schema dump as a temporary file, which the dump tools need; only its owner can read it. */
public final class SchemaDumpFile implements AutoCloseable {
    private final Path file;

    private SchemaDumpFile(Path file) {
        this.file = file;
    }

    public static SchemaDumpFile of(BackupReader backup) {
        try {
            SchemaDumpFile schema = new SchemaDumpFile(ProcessTempDirectory.file("schema-", ".dump"));
            schema.fetch(backup);
            return schema;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void fetch(BackupReader backup) throws IOException {
        // writes into the file: a copy that replaces it would have the mode of the umask
        try (InputStream dump = backup.open(backup.manifest().contents().schema());
                OutputStream out = Files.newOutputStream(file)) {
            dump.transferTo(out);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    public Path file() {
        return file;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    public static HoldfastException unusable(IOException e) {
        return HoldfastException.of(
                FailureCode.INTERNAL,
                "cannot use a temporary file in " + System.getProperty("java.io.tmpdir") + " (" + e
                        + "); is the disk full?",
                e);
    }
}
