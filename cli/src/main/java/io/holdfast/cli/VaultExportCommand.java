package io.holdfast.cli;

import io.holdfast.cli.local.ExportFiles;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.ProgressLine;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.transfer.export.SqlExportFolder;
import io.holdfast.transfer.export.SqlExporter;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Writes a backup as plain SQL with the vault and its key alone, while no service runs.",
            "psql or sqlite3 loads it into an empty database. Owners and grants are left out."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast vault export 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --to portal.sql",
            "  ./holdfast vault export 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --format directory --to exports"
        })
final class VaultExportCommand extends OfflineCommand {
    @Parameters(paramLabel = "ID", description = "The backup's id.")
    private UUID id;

    @Mixin
    private ExportOptions as;

    @Override
    void work(HoldfastConfig config) {
        OfflineBackup.read(config, id, backup -> {
            Path writeProgress;
            try (ProgressLine line = output().progress("vault export")) {
                writeProgress = export(backup, line);
            }
            output().document(ServiceJson.tree(Map.of("backup", id.toString(), "path", writeProgress.toString())));
            output().say("backup " + id + " is exported to " + writeProgress);
        });
    }

    private Path export(BackupReader backup, ProgressLine line) throws IOException {
        Manifest manifest = backup.manifest();
        return switch (as.format()) {
            case sql ->
                ExportFiles.script(
                        as.to(),
                        SqlExporter.fileName(manifest),
                        SqlExporter.lastLine(manifest),
                        out -> SqlExporter.sql(
                                backup,
                                new WriteProgress(line, manifest.totals().bytes()).through(out)));
            case directory -> {
                // every row twice: in its table's file, and in that of all
                WriteProgress writeProgress =
                        new WriteProgress(line, 2 * manifest.totals().bytes());
                yield ExportFiles.folder(
                        as.to(),
                        SqlExportFolder.name(manifest),
                        folder -> SqlExporter.directory(
                                backup, name -> writeProgress.through(Files.newOutputStream(folder.resolve(name)))));
            }
        };
    }
}
