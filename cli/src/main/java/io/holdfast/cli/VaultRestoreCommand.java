package io.holdfast.cli;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ProgressLine;
import io.holdfast.config.DatabaseUrl;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.restore.NewDatabaseRestorer;
import io.holdfast.vault.read.BackupReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description = {
            "Restores a backup into a new database with the vault and its key alone, while no service runs.",
            "It is loaded under another name, compared row by row, and renamed when it is equal."
        },
        footer = {
            "",
            "The password of a server is read from --password-file, else from HOLDFAST_TARGET_PASSWORD.",
            "",
            "Examples:",
            "  ./holdfast vault restore 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --to postgresql://me@db/portal",
            "  ./holdfast vault restore 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --to sqlite:/srv/notes_back.db"
        })
final class VaultRestoreCommand extends OfflineCommand {
    private static final String SQLITE = "sqlite:";

    @Parameters(paramLabel = "ID", description = "The backup's id.")
    private UUID id;

    @Option(
            names = "--to",
            paramLabel = "URL",
            required = true,
            description = "The new database: postgresql://user@host/database, or sqlite:/path/of/file.db."
                    + " It must not exist.")
    private String to;

    @Option(names = "--password-file", paramLabel = "FILE", description = "A file with the password of the server.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--keep-going",
            description =
                    "PostgreSQL: leave out what the server refuses, such as a foreign key that some rows violate or rows of"
                            + " a table that its checks refuse, and say what that is. Without it the restore fails. Every row"
                            + " that was loaded is compared all the same.")
    private boolean keepGoing;

    /** Where the copy is made, and its name there. */
    private record Place(TargetServer target, String database) {}

    @Override
    void work(HoldfastConfig config) {
        OfflineBackup.read(config, id, this::restore);
    }

    private void restore(BackupReader backup) throws IOException {
        Place place = place();
        try (TargetServer target = place.target()) {
            NewDatabaseRestorer.Made made = made(backup, target, place.database());
            long tables = made.comparison().tables().stream()
                    .filter(ComparisonResult.Table::equal)
                    .count();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("backup", id.toString());
            document.put("database", place.database());
            document.put("tables", tables);
            document.put("rows", made.comparison().rows());
            List<String> findings =
                    made.findings().stream().map(Finding::message).toList();
            document.put("findings", findings);
            output().document(ServiceJson.tree(document));
            output().say("backup " + id + " is restored to " + to + ": " + tables + " tables with "
                    + made.comparison().rows() + " rows, all equal to the backup"
                    + (findings.isEmpty() ? "" : "; but for this:"));
            findings.forEach(output()::say);
        }
    }

    private NewDatabaseRestorer.Made made(BackupReader backup, TargetServer target, String database) {
        try (ProgressLine line = output().progress("vault restore")) {
            return NewDatabaseRestorer.of(
                    backup,
                    target,
                    database,
                    keepGoing,
                    (phase, bytes, total, rows) -> line.show(
                            phase.name().toLowerCase(Locale.ROOT),
                            bytes,
                            total,
                            total == 0 ? "" : HumanFormat.amounts(bytes, total, rows)));
        }
    }

    private Place place() throws IOException {
        if (to.startsWith(SQLITE)) {
            Path path = Path.of(sqlitePath()).toAbsolutePath().normalize();
            Path directory = path.getParent();
            if (keepGoing) {
                throw CommandException.usage("--keep-going is for PostgreSQL");
            }
            if (directory == null) {
                throw CommandException.usage("--to sqlite: needs the path of a file: sqlite:/path/of/file.db");
            }
            return new Place(new SqliteEngine().target(directory), String.valueOf(path.getFileName()));
        }
        DatabaseAddress address = DatabaseAddress.parse(to);
        PostgresEngine postgres = new PostgresEngine(PostgresTools.find(null));
        return new Place(postgres.source(address, password()).target(), address.database());
    }

    private String sqlitePath() {
        try {
            return DatabaseUrl.sqlitePath(to);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--to " + to + ": " + e.getMessage() + "; write sqlite:/path/of/file.db");
        }
    }

    private PasswordSupplier password() throws IOException {
        String password = passwordFile != null
                ? Files.readString(passwordFile).strip()
                : context().variable("HOLDFAST_TARGET_PASSWORD");
        return password.isEmpty() ? PasswordSupplier.none() : PasswordSupplier.from(() -> password);
    }
}
