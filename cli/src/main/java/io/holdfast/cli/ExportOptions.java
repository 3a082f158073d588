package io.holdfast.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What an export becomes and where it goes, whether the services or the vault alone are asked for it. */
final class ExportOptions {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "sql",
            description = "sql: one script; directory: a folder named after the time, with a script for each table"
                    + " and their checksums (default: ${DEFAULT-VALUE}).")
    private ExportFormat format;

    @Option(
            names = "--to",
            paramLabel = "PATH",
            required = true,
            description = "The script, or a directory for it; with --format directory the folder's parent.")
    private Path to;

    ExportFormat format() {
        return format;
    }

    Path to() {
        return to;
    }
}
