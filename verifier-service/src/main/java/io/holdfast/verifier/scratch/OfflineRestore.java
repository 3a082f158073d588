package io.holdfast.verifier.scratch;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.drill.DrillJson;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
import io.holdfast.vault.store.S3Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A process that restores one backup with the vault and its key file alone, as {@code holdfast vault restore} does: it has no
 * environment of the platform, no platform database, no Kafka and no catalog. It reads its {@link Order} as one line from standard input,
 * and writes its {@link Answer} as one line to standard output. It ends when standard input ends, so that it never outlives
 * its parent.
 */
public final class OfflineRestore {
    private static final Duration QUERY = Duration.ofMinutes(1);

    private OfflineRestore() {}

    /**
     * The backup to restore, the vault that has it, and the target.
     *
     * @param grace of the vault
     * @param engine of the backup
     * @param target address of a server, or the folder of a file
     * @param loader the role that loads rows; null: the one of the address
     * @param database to create
     */
    record Order(
            S3Settings store,
            String keyFile,
            Duration grace,
            String source,
            String backup,
            String engine,
            String target,
            @Nullable String password,
            @Nullable String loader,
            String database) {
        /** Without its secrets. */
        @Override
        public String toString() {
            return "restore of backup " + backup + " to " + database;
        }
    }

    /**
     * The result of the restore.
     *
     * @param failure null: the database answered a query
     */
    record Answer(@Nullable FailureReason failure, List<QualifiedName> throughRoot, List<Finding> findings) {
        LoadReport report() {
            return new LoadReport(Set.copyOf(throughRoot), findings);
        }
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err); // nothing else may write there
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = in.readLine();
        if (line == null) {
            throw new IOException("standard input ended before the order");
        }
        Order order = DrillJson.MAPPER.readValue(line, Order.class);
        Thread.ofPlatform().daemon().start(() -> endWith(in));
        out.println(DrillJson.MAPPER.writeValueAsString(answer(order)));
        out.flush();
    }

    private static void endWith(BufferedReader in) {
        try {
            while (in.readLine() != null) {
                // the parent writes nothing after the order
            }
        } catch (IOException e) {
            // the parent has ended
        }
        Runtime.getRuntime().halt(1);
    }

    private static Answer answer(Order order) {
        try {
            LoadReport report = restore(order);
            return new Answer(null, List.copyOf(report.throughRoot()), report.findings());
        } catch (HoldfastException holdfastException) {
            return new Answer(holdfastException.reason(), List.of(), List.of());
        } catch (RuntimeException e) { // the edge of the process
            return new Answer(FailureReason.of(FailureCode.INTERNAL, String.valueOf(e)), List.of(), List.of());
        }
    }

    private static LoadReport restore(Order order) {
        try (ObjectStore store = S3ObjectStore.open(order.store());
                TargetServer server = server(order)) {
            Vault vault =
                    Vault.open(store, KeyFile.read(Path.of(order.keyFile()))).withGrace(order.grace());
            SourceId source = new SourceId(UUID.fromString(order.source()));
            try (BackupReader backup = vault.reader(source, new BackupId(UUID.fromString(order.backup())));
                    SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
                DatabaseDescriptor shape = DescriptorCodec.of(backup.manifest());
                server.create(order.database(), shape);
                server.closeToOthers(order.database());
                LoadOptions options = ScratchRestore.OPTIONS.withLacking(server.lacks(shape));
                try (TargetDatabase database = server.open(order.database(), options)) {
                    LoadReport report =
                            DatabaseLoader.into(database, backup, schema.file(), options, TransferListener.NONE);
                    database.rowCounts(
                            backup.manifest().contents().tables().stream()
                                    .limit(1)
                                    .map(BackupContents.Table::name)
                                    .map(name -> new QualifiedName(name.schema(), name.name()))
                                    .toList(),
                            QUERY);
                    return report;
                }
            }
        }
    }

    private static TargetServer server(Order order) {
        if (order.engine().equals(SqliteEngine.NAME)) {
            return new SqliteEngine().target(Path.of(order.target()));
        }
        PostgresEngine engine = new PostgresEngine(PostgresTools.find(null));
        DatabaseAddress address = DatabaseAddress.parse(order.target());
        String password = order.password();
        PasswordSupplier supplier = password == null ? PasswordSupplier.none() : PasswordSupplier.from(() -> password);
        return order.loader() == null
                ? engine.target(address, supplier)
                : engine.target(address, supplier, order.loader());
    }
}
