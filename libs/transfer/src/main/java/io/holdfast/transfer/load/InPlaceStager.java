package io.holdfast.transfer.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.transfer.manifest.DescriptorCodec;
import io.holdfast.transfer.manifest.SchemaDumpFile;
import io.holdfast.transfer.progress.ParallelTasks;
import io.holdfast.transfer.progress.ProgressCounter;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.read.BackupReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Brings what a live database needs of a backup into its stage, and fetches nothing else. */
public final class InPlaceStager {
    private static final int JOBS = 4;

    private final BackupReader backup;
    private final InPlaceStage stage;
    private final TransferListener transferListener;
    private final Map<BackupContents.Name, BackupContents.Table> stored = new HashMap<>();

    private InPlaceStager(BackupReader backup, InPlaceStage stage, TransferListener transferListener) {
        this.backup = backup;
        this.stage = stage;
        this.transferListener = transferListener;
        backup.manifest().contents().tables().forEach(table -> stored.put(table.name(), table));
    }

    /** As {@link LiveDatabase#plan} says it; of the backup only the schema dump is fetched. */
    public static InPlacePlan plan(BackupReader backup, LiveDatabase live, InPlaceSelection selection) {
        try (SchemaDumpFile schema = SchemaDumpFile.of(backup)) {
            return live.plan(selection, DescriptorCodec.of(backup.manifest()), schema.file());
        }
    }

    /**
     * Stages everything that is selected and, if that is asked for, the missing rows that it refers to; ready to be compared
     * and applied. Every table's staged rows have the manifest's fingerprint.
     *
     * @throws HoldfastException whatever the engine and the vault fail with; CANCELLED if the thread is interrupted. No live table was
     *     written; the stage is still to be discarded
     */
    public static InPlaceStage stage(
            RestoreId restore,
            BackupReader backup,
            LiveDatabase live,
            InPlaceSelection selection,
            TransferListener transferListener) {
        DatabaseDescriptor shape = DescriptorCodec.of(backup.manifest());
        InPlaceStage stage = live.stage(restore, selection, shape);
        new InPlaceStager(backup, stage, transferListener).load();
        return stage;
    }

    private void load() {
        long total = 0;
        for (List<TableDescriptor> wanting = stage.wanting(); !wanting.isEmpty(); wanting = stage.wanting()) {
            List<BackupContents.Table> tables =
                    wanting.stream().map(this::stored).toList();
            total += tables.stream().mapToLong(BackupContents.Table::bytes).sum();
            ProgressCounter progressCounter =
                    new ProgressCounter(transferListener, TransferListener.Phase.LOADING, total);
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (TableDescriptor table : wanting) {
                tasks.add(() -> load(table, stored(table), progressCounter));
            }
            ParallelTasks.run("loading", JOBS, tasks, () -> {});
        }
    }

    private boolean load(TableDescriptor table, BackupContents.Table rows, ProgressCounter progressCounter) {
        ProgressCounter.Share share = progressCounter.share();
        stage.load(
                table, Fingerprint.parse(rows.fingerprint()), () -> new CountingInputStream(backup.open(rows), share));
        share.rows(rows.rows());
        return true;
    }

    private BackupContents.Table stored(TableDescriptor table) {
        BackupContents.Table rows = stored.get(DescriptorCodec.name(table.name()));
        if (rows == null) {
            throw HoldfastException.about(
                    table.name().toString(),
                    FailureCode.MANIFEST_CORRUPT,
                    "backup " + backup.manifest().backup() + " has the definition of " + table.name()
                            + " but not its rows; was it written by a newer Holdfast?");
        }
        return rows;
    }
}
