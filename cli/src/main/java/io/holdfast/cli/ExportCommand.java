package io.holdfast.cli;

import io.holdfast.cli.local.ExportFiles;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.devstack.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Writes a backup as plain SQL, which psql or sqlite3 loads into an empty database without Holdfast.",
            "Owners and grants are left out. It is not encrypted: only you can read the files, and they hold all rows."
        },
        footer = {
            "",
            "Examples:",
            "  ./holdfast export 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 --to portal.sql",
            "  ./holdfast export 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --format directory --to exports"
        })
final class ExportCommand extends ServerCommand {
    @Parameters(
            paramLabel = "ID",
            description = "The backup's id, or its first 8 or more characters; see ./holdfast backups.")
    private IdPrefix given;

    @Mixin
    private ExportOptions as;

    @Override
    void run() {
        HoldfastClient holdfastClient = api();
        String id = IdResolver.resolve(holdfastClient, given, ResourceKind.BACKUP);
        try (HoldfastClient.Download download = holdfastClient.download(
                Service.BACKUP,
                "/api/backups/" + id + "/export",
                Map.of("format", as.format().name()))) {
            String name = download.name();
            Path written = switch (as.format()) {
                case sql ->
                    ExportFiles.script(
                            as.to(),
                            name,
                            "-- end of backup " + id,
                            out -> download.content().transferTo(out));
                case directory ->
                    ExportFiles.folder(
                            as.to(),
                            name.replaceFirst("\\.zip$", ""),
                            folder -> ExportFiles.unpack(download.content(), folder));
            };
            output().document(ServiceJson.tree(Map.of("backup", id, "path", written.toString())));
            output().say("backup " + id + " is exported to " + written);
        } catch (IOException e) {
            throw CommandException.failed(
                    "backup " + id + " could not be exported to " + as.to() + ": " + e.getMessage(), e);
        }
    }
}
