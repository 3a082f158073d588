package io.holdfast.wal.rows;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.RecoveredServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.wal.ComparedRows;
import io.holdfast.wal.Lsn;
import io.holdfast.wal.RowComparison;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the rows of a recovered database with a backup's manifest, as a proof of the backup compares its restored copy.
 *
 * <p>Two things are not compared, because WAL does not have them as the backup has them: rows of unlogged tables, and
 * sequences, whose values the server writes ahead and which no snapshot holds.
 */
record RecoveredRows(Manifest manifest, Lsn position, int timeline, PostgresTools tools) implements RowComparison {
    private static final LoadOptions READING = LoadOptions.defaults().withJobs(2);

    @Override
    public String backup() {
        return manifest.backup().toString();
    }

    @Override
    public Instant at() {
        return manifest.contents().snapshotAt();
    }

    @Override
    public ComparedRows compare(RecoveredServer server) {
        String name = manifest.contents().server().database();
        Set<String> unlogged = server.unloggedTables(name).stream()
                .map(QualifiedName::toString)
                .collect(Collectors.toSet());
        PostgresEngine engine = new PostgresEngine(tools);
        try (TargetServer target = engine.target(server.owner(), PasswordSupplier.none());
                TargetDatabase database = target.open(name, READING)) {
            ComparisonResult result =
                    DatabaseComparator.withoutSchema(engine, manifest, database, withoutRows(unlogged), READING);
            return new ComparedRows(
                    backup(),
                    name,
                    position.toString(),
                    (int) stored().filter(table -> !unlogged.contains(table)).count(),
                    result.differences().stream()
                            .filter(this::isOfRows)
                            .flatMap(difference -> Stream.ofNullable(difference.object()))
                            .limit(ComparedRows.MOST)
                            .toList());
        }
    }

    private static LoadReport withoutRows(Set<String> unlogged) {
        return new LoadReport(
                Set.of(),
                unlogged.stream()
                        .map(table -> new Finding(Finding.Kind.NOT_LOADED, table, "unlogged"))
                        .toList());
    }

    /** Tables that the scope of the backup leaves out are in the recovered database. */
    private boolean isOfRows(FailureReason difference) {
        return difference.code() == FailureCode.ROWS_DIFFER
                && (manifest.contents().scope().whole()
                        || stored().anyMatch(table -> table.equals(difference.object())));
    }

    private Stream<String> stored() {
        return manifest.contents().tables().stream()
                .map(BackupContents.Table::name)
                .map(table -> new QualifiedName(table.schema(), table.name()).toString());
    }
}
