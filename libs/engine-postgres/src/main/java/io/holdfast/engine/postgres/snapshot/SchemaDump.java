package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The output of one pg_dump run, in a temporary file.
 *
 * @param definitions of the snapshot that pg_dump used
 */
record SchemaDump(Path file, List<Finding> findings, DefinitionDigest definitions) implements AutoCloseable {

    static Path temporary() {
        try {
            return ProcessTempDirectory.file("schema-", ".dump");
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.TOOL_FAILED, "the temporary file for the schema could not be created: " + e, e);
        }
    }

    void copyTo(OutputStream out) {
        try {
            Files.copy(file, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    @Override
    public void close() {
        delete(file);
    }
}
