package io.holdfast.cli;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ProgressLine;
import io.holdfast.config.DatabaseUrl;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SourceConfig;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.d1.Consistency;
import io.holdfast.engine.d1.D1Engine;
import io.holdfast.engine.d1.D1Settings;
import io.holdfast.engine.d1.RestoreTarget;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.transfer.access.SourceConnector;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.restore.NewDatabaseRestorer;
import io.holdfast.vault.read.BackupReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
            "The password of a server, or the API token of Cloudflare, is read from --password-file, else from",
            "HOLDFAST_TARGET_PASSWORD.",
            "",
            "Examples:",
            "  ./holdfast vault restore 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --to postgresql://me@db/portal",
            "  ./holdfast vault restore 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --to sqlite:/srv/notes_back.db",
            "  ./holdfast vault restore 0197f0c4-6a2e-7b1c-9d55-0b6d4d2f1a77 \\",
            "    --to d1://0a1b2c3d4e5f60718293a4b5c6d7e8f9/portal-back"
        })
final class VaultRestoreCommand extends OfflineCommand {
    private static final String SQLITE = "sqlite:";

    @Parameters(paramLabel = "ID", description = "The backup's id.")
    private UUID id;

    @Option(
            names = "--to",
            paramLabel = "URL",
            required = true,
            description = "The new database: postgresql://user@host/database, sqlite:/path/of/file.db, or"
                    + " d1://account-id/name. It must not exist.")
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

    private static final Pattern D1 = Pattern.compile("d1://([^/]+)/([^/]+)");

    @Override
    void work(HoldfastConfig config) {
        OfflineBackup.read(config, id, backup -> {
            if (!to.startsWith("d1:")) {
                restore(backup, place());
                return;
            }
            Path folder = Files.createTempDirectory("holdfast-d1-");
            try {
                restore(backup, d1(config, folder));
            } finally {
                empty(folder);
            }
        });
    }

    private void restore(BackupReader backup, Place place) throws IOException {
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

    /**
     * In Cloudflare, or where a source of this account has its endpoint.
     *
     * @param folder of the file that the backup is loaded into first
     */
    private Place d1(HoldfastConfig config, Path folder) throws IOException {
        Matcher parts = D1.matcher(to);
        if (!parts.matches()) {
            throw CommandException.usage("--to " + to + ": write d1://account-id/name, the name of the new database");
        }
        if (keepGoing) {
            throw CommandException.usage("--keep-going is for PostgreSQL");
        }
        URI endpoint = config.sources().values().stream()
                .filter(source -> source.url().text().startsWith("d1://" + parts.group(1) + "/"))
                .flatMap(source -> source.d1().stream())
                .map(SourceConfig.CloudflareD1::endpoint)
                .findFirst()
                .orElse(SourceConnector.D1_ENDPOINT);
        D1Settings settings = new D1Settings(
                endpoint,
                parts.group(1),
                "",
                Consistency.STRICT,
                RestoreTarget.D1,
                Optional.of(folder),
                D1Settings.WINDOW);
        return new Place(new D1Engine().source(settings, password()).target(), parts.group(2));
    }

    private static void empty(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
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
