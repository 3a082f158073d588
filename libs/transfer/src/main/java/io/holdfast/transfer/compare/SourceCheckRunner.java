package io.holdfast.transfer.compare;

import io.holdfast.config.ColumnName;
import io.holdfast.config.EngineType;
import io.holdfast.config.SourceConfig;
import io.holdfast.config.TableName;
import io.holdfast.contracts.CheckResult;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the data of a source has to be like: what its database declares, and what its configuration asks for. */
public final class SourceCheckRunner {
    /** How long one of them may take. */
    public static final Duration EACH = Duration.ofMinutes(10);

    private static final int FINDINGS = 30_000;

    private SourceCheckRunner() {}

    /**
     * Asks a copy of a backup, or the database that it became.
     *
     * @param config empty: the source is not configured any more; what its database declares is asked all the same
     * @return fails with {@code CANCELLED} alone
     */
    public static List<CheckResult> ask(TargetDatabase copy, Manifest manifest, Optional<SourceConfig> config) {
        return bounded(copy.check(of(config, manifest.contents().snapshotAt()), EACH));
    }

    /**
     * Asks a live database what its source wants of it, but for how new it is, which is a question about a backup.
     *
     * @return fails with {@code CANCELLED} alone
     */
    public static List<CheckResult> askLive(TargetDatabase live, SourceConfig source) {
        List<DataCheck> checks = new ArrayList<>();
        orphans(source, checks);
        assertions(source, checks);
        return bounded(live.check(checks, EACH));
    }

    /** Whether {@link #askLive} has anything to ask. */
    public static boolean anyLive(SourceConfig source) {
        return !source.checks().orphans().isEmpty() || !source.checks().sql().isEmpty();
    }

    /** Results go into one event: however many they are, it must not outgrow the bus. */
    static List<CheckResult> bounded(List<CheckResult> results) {
        int most = FINDINGS / Math.max(1, results.size());
        return results.stream()
                .map(result -> new CheckResult(
                        cut(result.name(), most),
                        result.outcome(),
                        result.finding() == null ? null : cut(result.finding(), most)))
                .toList();
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, Math.max(1, most - 1)) + "…";
    }

    /** @param snapshotAt the instant whose data it is */
    public static List<DataCheck> of(Optional<SourceConfig> config, Instant snapshotAt) {
        List<DataCheck> checks = new ArrayList<>();
        checks.add(new DataCheck.ForeignKeys());
        checks.add(new DataCheck.Constraints());
        config.ifPresent(source -> configured(source, snapshotAt, checks));
        return checks;
    }

    private static void configured(SourceConfig source, Instant snapshotAt, List<DataCheck> checks) {
        orphans(source, checks);
        for (SourceConfig.Fresh fresh : source.checks().fresh()) {
            ColumnName column = fresh.column();
            checks.add(new DataCheck.Fresh(name(column.table(), source), column.column(), fresh.within(), snapshotAt));
        }
        assertions(source, checks);
    }

    private static void orphans(SourceConfig source, List<DataCheck> checks) {
        for (SourceConfig.Orphans orphans : source.checks().orphans()) {
            ColumnName child = orphans.child();
            ColumnName parent = orphans.parent();
            checks.add(new DataCheck.Orphans(
                    name(child.table(), source), child.column(), name(parent.table(), source), parent.column()));
        }
    }

    private static void assertions(SourceConfig source, List<DataCheck> checks) {
        for (SourceConfig.Sql sql : source.checks().sql()) {
            checks.add(new DataCheck.Assertion(
                    sql.name(), sql.query(), sql.expect().text()));
        }
    }

    static QualifiedName name(TableName table, SourceConfig source) {
        String usual = source.engine() == EngineType.POSTGRES ? "public" : "main";
        return new QualifiedName(table.schema().orElse(usual), table.table());
    }

    /** That every table has as many rows as the backup. */
    public static DataCheck rowCounts(Manifest manifest) {
        Map<QualifiedName, Long> rows = new HashMap<>();
        tables(manifest).forEach(table -> rows.put(name(table), table.rows()));
        return new DataCheck.Rows(rows);
    }

    /** The tables with the most rows in the backup, for watching. */
    public static List<QualifiedName> largest(Manifest manifest, int count) {
        return tables(manifest).stream()
                .sorted(Comparator.comparingLong(BackupContents.Table::rows)
                        .reversed()
                        .thenComparing(BackupContents.Table::name))
                .limit(count)
                .map(SourceCheckRunner::name)
                .toList();
    }

    private static List<BackupContents.Table> tables(Manifest manifest) {
        var shapes = DescriptorCodec.byName(DescriptorCodec.of(manifest));
        return manifest.contents().tables().stream()
                .filter(table -> {
                    var shape = shapes.get(table.name());
                    return shape != null && shape.ordinary() && shape.dataIncluded();
                })
                .toList();
    }

    private static QualifiedName name(BackupContents.Table table) {
        return new QualifiedName(table.name().schema(), table.name().name());
    }
}
