package io.holdfast.transfer.load;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.LoadResult;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.ParallelTasks;
import io.holdfast.transfer.progress.ProgressCounter;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Loads a backup into an empty database, in the order that never trips over a foreign key: definitions, rows, then
 * indexes and constraints. A reload that failed or died is begun again in a fresh database.
 */
public final class DatabaseLoader {
    private final BackupReader backup;
    private final DatabaseDescriptor shape;
    private final TargetDatabase database;
    private final LoadOptions options;
    private final TransferListener transferListener;

    private DatabaseLoader(
            BackupReader backup, TargetDatabase database, LoadOptions options, TransferListener transferListener) {
        this.backup = backup;
        this.shape = DescriptorCodec.of(backup.manifest());
        this.database = database;
        this.options = options;
        this.transferListener = transferListener;
    }

    /**
     * Loads everything.
     *
     * @param schema the backup's schema dump, fetched by {@link SchemaDumpFile}
     * @param options with what the target lacks, see {@link io.holdfast.engine.TargetServer#lacks}
     * @return what the comparison and the report need to know
     * @throws HoldfastException whatever the engine or the vault fails with; CANCELLED if the thread is interrupted
     */
    public static LoadReport into(
            TargetDatabase database,
            BackupReader backup,
            Path schema,
            LoadOptions options,
            TransferListener transferListener) {
        return new DatabaseLoader(backup, database, options, transferListener).run(schema);
    }

    /**
     * Lets the users of the database in, as they could come into the one that was backed up. Last: the comparison and
     * checks may not be able to read it any more.
     *
     * @return settings that the target refuses
     * @throws HoldfastException whatever the engine fails with
     */
    public static List<Finding> admit(TargetDatabase database, Manifest manifest) {
        return database.admit(DescriptorCodec.of(manifest));
    }

    private LoadReport run(Path schema) {
        BackupContents backupContents = backup.manifest().contents();
        database.settings(shape);
        List<Finding> findings = new ArrayList<>(options.lacking().findings());
        findings.addAll(database.preData(schema));
        Set<QualifiedName> throughRoot = rows(backupContents, schema);
        transferListener.at(TransferListener.Phase.INDEXING, 0, 0, 0);
        findings.addAll(database.postData(schema));
        findings.addAll(database.refresh(shape.populatedViews()));
        // after the views, which may draw from them
        database.sequences(shape.sequences());
        findings.addAll(analyze());
        findings.addAll(database.finish(schema));
        database.properties(shape);
        return new LoadReport(throughRoot, findings);
    }

    private List<Finding> analyze() {
        List<Callable<List<Finding>>> tasks = database.analyses().stream()
                .<Callable<List<Finding>>>map(analysis -> analysis::get)
                .toList();
        return ParallelTasks.run("analyzing", options.jobs(), tasks, database::close).stream()
                .flatMap(List::stream)
                .toList();
    }

    private Set<QualifiedName> rows(BackupContents backupContents, Path schema) {
        long total = backupContents.tables().stream()
                .mapToLong(BackupContents.Table::bytes)
                .sum();
        ProgressCounter progressCounter = new ProgressCounter(transferListener, TransferListener.Phase.LOADING, total);
        LoadParallelism loadParallelism = LoadParallelism.of(backupContents.tables(), options.jobs());
        Map<BackupContents.Name, TableDescriptor> shapes = DescriptorCodec.byName(shape);
        AtomicInteger waiting = new AtomicInteger(backupContents.tables().size());
        AtomicInteger busy = new AtomicInteger(waiting.get());
        List<Callable<@Nullable QualifiedName>> tasks = backupContents.tables().stream()
                .sorted(Comparator.comparingLong(BackupContents.Table::bytes).reversed())
                .<Callable<@Nullable QualifiedName>>map(table -> () -> {
                    waiting.decrementAndGet();
                    QualifiedName root = load(
                            table,
                            DescriptorCodec.of(table, shapes, backup.manifest()),
                            loadParallelism.of(table),
                            progressCounter);
                    busy.decrementAndGet();
                    if (waiting.get() == 0) {
                        index(schema, busy);
                    }
                    return root;
                })
                .toList();
        Set<QualifiedName> roots = new HashSet<>();
        for (QualifiedName root : ParallelTasks.run("loading", options.jobs(), tasks, database::close)) {
            if (root != null) {
                roots.add(root);
            }
        }
        return roots;
    }

    /** As long as others load or index: what is left when nobody does, all of them make together. */
    private void index(Path schema, AtomicInteger busy) {
        boolean more = true;
        while (more && busy.get() > 0) {
            busy.incrementAndGet();
            more = database.indexLoaded(schema);
            busy.decrementAndGet();
        }
    }

    private @Nullable QualifiedName load(
            BackupContents.Table stored, TableDescriptor table, int loadParallelism, ProgressCounter progressCounter) {
        ProgressCounter.Share share = progressCounter.share();
        LoadResult loaded = database.load(
                table, stored.rows(), loadParallelism, () -> new CountingInputStream(backup.open(stored), share));
        share.rows(stored.rows());
        return loaded.throughRoot() ? table.root() : null;
    }
}
