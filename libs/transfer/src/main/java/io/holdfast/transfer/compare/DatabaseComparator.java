package io.holdfast.transfer.compare;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Engine;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.SequenceState;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.transfer.load.DatabaseLoader;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.ParallelTasks;
import io.holdfast.transfer.progress.ProgressCounter;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares a restored database with the manifest of its backup, reading it the way sources are read. */
public final class DatabaseComparator {
    private final Engine engine;
    private final Manifest manifest;
    private final DatabaseDescriptor shape;
    private final Map<BackupContents.Name, TableDescriptor> shapes;
    private final LoadReport loadReport;
    private final boolean rightsKept;
    private final boolean rescue;
    private final Set<BackupContents.Name> withoutRows;
    private final Map<QualifiedName, Fingerprint> expected = new HashMap<>();
    private final Map<QualifiedName, Fingerprint> found = new HashMap<>();
    private final List<FailureReason> differences = new ArrayList<>();
    private long bytes;

    private DatabaseComparator(Engine engine, Manifest manifest, LoadReport loadReport, LoadOptions options) {
        this.engine = engine;
        this.manifest = manifest;
        this.shape = DescriptorCodec.of(manifest);
        this.shapes = DescriptorCodec.byName(shape);
        this.loadReport = loadReport;
        this.rightsKept = options.rightsKept();
        this.rescue = options.keepGoing();
        Set<String> refused = loadReport.withoutRows();
        this.withoutRows = shapes.entrySet().stream()
                .filter(table -> refused.contains(table.getValue().name().toString()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /**
     * Compares everything.
     *
     * @param schema the backup's schema dump
     * @param loadReport what {@link DatabaseLoader#into} returned
     * @param options those of the reload: what the target lacks is not looked for in the copy
     * @throws HoldfastException if it could not be compared; that it differs is no failure but in the result
     */
    public static ComparisonResult of(
            Engine engine,
            Manifest manifest,
            Path schema,
            TargetDatabase copy,
            LoadReport loadReport,
            LoadOptions options,
            TransferListener transferListener) {
        SnapshotOptions reading =
                SnapshotOptions.defaults().withReaders(options.jobs()).withApplicationName("holdfast/comparing");
        try (Snapshot snapshot = copy.snapshot(reading)) {
            return new DatabaseComparator(engine, manifest, loadReport, options)
                    .run(copy, snapshot, schema, options, transferListener);
        }
    }

    /**
     * Compares rows, sequences and populated views alone: where many copies of one database are compared, their definitions
     * are read once.
     *
     * @return as {@link #of} does, without differences of definitions
     */
    public static ComparisonResult withoutSchema(
            Engine engine, Manifest manifest, TargetDatabase copy, LoadReport loadReport, LoadOptions options) {
        SnapshotOptions reading =
                SnapshotOptions.defaults().withReaders(options.jobs()).withApplicationName("holdfast/comparing");
        try (Snapshot snapshot = copy.snapshot(reading)) {
            return new DatabaseComparator(engine, manifest, loadReport, options)
                    .contents(snapshot, options, TransferListener.NONE);
        }
    }

    private ComparisonResult run(
            TargetDatabase database,
            Snapshot copy,
            Path schema,
            LoadOptions options,
            TransferListener transferListener) {
        schemas(database, copy, schema, options);
        return contents(copy, options, transferListener);
    }

    private ComparisonResult contents(Snapshot copy, LoadOptions options, TransferListener transferListener) {
        rows(copy, options.jobs(), transferListener);
        sequences(copy.shape());
        views(copy.shape());
        List<ComparisonResult.Table> tables = tables();
        return new ComparisonResult(
                tables,
                differences,
                manifest.contents().tables().stream()
                        .filter(table -> !withoutRows.contains(table.name()))
                        .mapToLong(BackupContents.Table::rows)
                        .sum(),
                bytes);
    }

    private void schemas(TargetDatabase database, Snapshot copy, Path stored, LoadOptions options) {
        Path dump = null;
        Path reread = null;
        try {
            dump = ProcessTempDirectory.file("copy-", ".dump");
            try (OutputStream out = Files.newOutputStream(dump)) {
                copy.dumpSchema(out);
            }
            List<String> different = engine.compareSchemas(stored, dump, options);
            if (!different.isEmpty()) {
                reread = ProcessTempDirectory.file("reread-", ".dump");
                Optional<Set<Integer>> given = reread(database, stored, reread);
                if (given.isPresent()) {
                    different = engine.compareSchemas(stored, dump, reread, given.get(), options);
                }
            }
            different.forEach(difference -> differ(FailureCode.SCHEMA_DIFFERS, "schema", difference));
        } catch (IOException e) {
            throw SchemaDumpFile.unusable(e);
        } finally {
            delete(dump);
            delete(reread);
        }
    }

    /** In a rescue the copy is handed over with its differences: then nothing that is asked about them ends it. */
    private Optional<Set<Integer>> reread(TargetDatabase database, Path stored, Path to) throws IOException {
        try (OutputStream out = Files.newOutputStream(to)) {
            return database.reread(stored, shape, out);
        } catch (HoldfastException holdfastException) {
            if (!rescue || holdfastException.code() == FailureCode.CANCELLED) {
                throw holdfastException;
            }
            return Optional.empty();
        }
    }

    private static void delete(@Nullable Path dump) {
        try {
            if (dump != null) {
                Files.deleteIfExists(dump);
            }
        } catch (IOException e) {
            throw SchemaDumpFile.unusable(e);
        }
    }

    private void rows(Snapshot copy, int readers, TransferListener transferListener) {
        List<ReadTask> plan = copy.plan();
        long total = manifest.contents().tables().stream()
                .mapToLong(BackupContents.Table::bytes)
                .sum();
        ProgressCounter progressCounter =
                new ProgressCounter(transferListener, TransferListener.Phase.COMPARING, total);
        List<Callable<List<TableReadResult>>> tasks = plan.stream()
                .<Callable<List<TableReadResult>>>map(task -> () -> read(copy, asStored(task), progressCounter))
                .toList();
        for (List<TableReadResult> results : ParallelTasks.run("comparing", readers, tasks, copy::close)) {
            for (TableReadResult result : results) {
                bytes += result.bytes();
                TableDescriptor table = result.part().table();
                found.merge(name(table), comparable(table, result.fingerprint()), Fingerprint::plus);
            }
        }
    }

    /** A table that was attached to its parents has its columns in another order in a copy: it is read in the backup's. */
    private ReadTask asStored(ReadTask task) {
        return new ReadTask(
                task.index(),
                task.parts().stream()
                        .map(part -> new TableReadRange(asStored(part.table()), part.relation(), part.blocks()))
                        .toList(),
                task.estimatedBytes());
    }

    private TableDescriptor asStored(TableDescriptor table) {
        TableDescriptor stored = shapes.get(DescriptorCodec.name(table.name()));
        return stored != null && Set.copyOf(stored.columns()).equals(Set.copyOf(table.columns()))
                ? table.withColumns(stored.columns())
                : table;
    }

    private static List<TableReadResult> read(Snapshot copy, ReadTask task, ProgressCounter progressCounter) {
        ProgressCounter.Share share = progressCounter.share();
        RowSink counting = (buffer, offset, length, hash) -> share.row(length);
        List<TableReadResult> results = copy.read(task, counting);
        share.flush();
        return results;
    }

    private List<ComparisonResult.Table> tables() {
        List<BackupContents.Table> stored = manifest.contents().tables();
        for (BackupContents.Table table : stored) {
            if (withoutRows.contains(table.name())) {
                // an extension may have put some of its own there
                found.remove(DescriptorCodec.of(table, shapes, manifest).name());
                continue;
            }
            TableDescriptor shaped = DescriptorCodec.of(table, shapes, manifest);
            Fingerprint fingerprint = comparable(shaped, Fingerprint.parse(table.fingerprint()));
            expected.merge(name(shaped), fingerprint, Fingerprint::plus);
        }
        SortedSet<QualifiedName> all = new TreeSet<>(expected.keySet());
        all.addAll(found.keySet());
        Set<QualifiedName> unequal = all.stream().filter(name -> !compare(name)).collect(Collectors.toSet());
        return stored.stream()
                .map(table ->
                        result(table, !withoutRows.contains(table.name()) && !unequal.contains(comparedAs(table))))
                .toList();
    }

    private ComparisonResult.Table result(BackupContents.Table stored, boolean equal) {
        TableDescriptor shaped = DescriptorCodec.of(stored, shapes, manifest);
        boolean byItself = !withoutRows.contains(stored.name()) && name(shaped).equals(shaped.name());
        Fingerprint copy = byItself ? found.getOrDefault(shaped.name(), Fingerprint.EMPTY) : null;
        return new ComparisonResult.Table(
                stored.name().toString(),
                stored.rows(),
                comparable(shaped, Fingerprint.parse(stored.fingerprint())).toString(),
                copy == null ? null : copy.rows(),
                copy == null ? null : copy.toString(),
                equal);
    }

    /** Where owners and grants could not be kept, the rows that hold those of large objects are only counted. */
    private Fingerprint comparable(TableDescriptor table, Fingerprint fingerprint) {
        boolean kept = rightsKept && !loadReport.lacks(table.name().toString());
        return table.kind() == TableDescriptor.Kind.LARGE_OBJECT_METADATA && !kept
                ? new Fingerprint(fingerprint.rows(), 0, 0)
                : fingerprint;
    }

    private QualifiedName comparedAs(BackupContents.Table stored) {
        return name(DescriptorCodec.of(stored, shapes, manifest));
    }

    private boolean compare(QualifiedName name) {
        Fingerprint backup = expected.get(name);
        Fingerprint copy = found.get(name);
        if (backup == null || copy == null) {
            // tables whose rows the scope leaves out are empty in the copy and not in the manifest
            if (copy != null && copy.rows() == 0) {
                return true;
            }
            differ(
                    FailureCode.ROWS_DIFFER,
                    name.toString(),
                    "table " + name + " is only in the " + (backup == null ? "restored copy" : "backup"));
            return false;
        }
        if (backup.equals(copy)) {
            return true;
        }
        differ(
                FailureCode.ROWS_DIFFER,
                name.toString(),
                "table " + name + " differs: " + backup + " in the backup, " + copy + " in the restored copy");
        return false;
    }

    /** Under what name a table is compared: its own, or its tree's if rows went through the root. */
    private QualifiedName name(TableDescriptor table) {
        QualifiedName root = table.root();
        return root != null && loadReport.throughRoot().contains(root) ? root : table.name();
    }

    private void sequences(DatabaseDescriptor copy) {
        Map<QualifiedName, SequenceState> there = new HashMap<>();
        copy.sequences().forEach(sequence -> there.put(sequence.name(), sequence));
        for (SequenceState sequence : shape.sequences()) {
            SequenceState other = there.get(sequence.name());
            boolean left = other == null && rescue; // the comparison of definitions names it
            if (!left && !sequence.equals(other)) {
                differ(
                        FailureCode.SEQUENCES_DIFFER,
                        sequence.name().toString(),
                        "sequence " + sequence.name() + " stands at " + sequence.lastValue() + " in the backup, "
                                + (other == null ? "and is missing" : "at " + other.lastValue())
                                + " in the restored copy");
            }
        }
    }

    private void views(DatabaseDescriptor copy) {
        Set<QualifiedName> populated = new HashSet<>(copy.populatedViews());
        for (QualifiedName view : shape.populatedViews()) {
            if (!populated.contains(view) && !loadReport.unfilled().contains(view.toString())) {
                differ(
                        FailureCode.SCHEMA_DIFFERS,
                        view.toString(),
                        "materialized view " + view + " is populated in the backup and not in the restored copy");
            }
        }
    }

    private void differ(FailureCode code, String object, String message) {
        differences.add(FailureReason.of(code, message, object));
    }
}
