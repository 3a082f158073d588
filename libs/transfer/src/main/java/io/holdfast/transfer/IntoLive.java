package io.holdfast.transfer;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Fingerprint;
import io.holdfast.engine.LiveDatabase;
import io.holdfast.engine.LivePlan;
import io.holdfast.engine.LiveSelection;
import io.holdfast.engine.LiveStage;
import io.holdfast.engine.TableShape;
import io.holdfast.vault.BackupReader;
import io.holdfast.vault.Contents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Brings what a live database needs of a backup into its stage, and fetches nothing else. */
public final class IntoLive {
    private static final int JOBS = 4;

    private final BackupReader backup;
    private final LiveStage stage;
    private final Listener listener;
    private final Map<Contents.Name, Contents.Table> stored = new HashMap<>();

    private IntoLive(BackupReader backup, LiveStage stage, Listener listener) {
        this.backup = backup;
        this.stage = stage;
        this.listener = listener;
        backup.manifest().contents().tables().forEach(table -> stored.put(table.name(), table));
    }

    /** As {@link LiveDatabase#plan} says it; of the backup only the schema dump is fetched. */
    public static LivePlan plan(BackupReader backup, LiveDatabase live, LiveSelection selection) {
        try (StoredSchema schema = StoredSchema.of(backup)) {
            return live.plan(selection, Shapes.of(backup.manifest()), schema.file());
        }
    }

    /**
     * Stages everything that is selected and, if that is asked for, the missing rows that it refers to; ready to be compared
     * and applied. Every table's staged rows have the manifest's fingerprint.
     *
     * @throws Failure whatever the engine and the vault fail with; CANCELLED if the thread is interrupted. No live table was
     *     written; the stage is still to be discarded
     */
    public static LiveStage stage(
            RestoreId restore, BackupReader backup, LiveDatabase live, LiveSelection selection, Listener listener) {
        DatabaseShape shape = Shapes.of(backup.manifest());
        LiveStage stage = live.stage(restore, selection, shape);
        new IntoLive(backup, stage, listener).load();
        return stage;
    }

    private void load() {
        long total = 0;
        for (List<TableShape> wanting = stage.wanting(); !wanting.isEmpty(); wanting = stage.wanting()) {
            List<Contents.Table> tables = wanting.stream().map(this::stored).toList();
            total += tables.stream().mapToLong(Contents.Table::bytes).sum();
            Tally tally = new Tally(listener, Listener.Phase.LOADING, total);
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (TableShape table : wanting) {
                tasks.add(() -> load(table, stored(table), tally));
            }
            Crew.run("loading", JOBS, tasks, () -> {});
        }
    }

    private boolean load(TableShape table, Contents.Table rows, Tally tally) {
        Tally.Share share = tally.share();
        stage.load(table, Fingerprint.parse(rows.fingerprint()), () -> new CountedStream(backup.open(rows), share));
        share.rows(rows.rows());
        return true;
    }

    private Contents.Table stored(TableShape table) {
        Contents.Table rows = stored.get(Gathered.name(table.name()));
        if (rows == null) {
            throw Failure.about(
                    table.name().toString(),
                    FailureCode.MANIFEST_CORRUPT,
                    "backup " + backup.manifest().backup() + " has the definition of " + table.name()
                            + " but not its rows; was it written by a newer Holdfast?");
        }
        return rows;
    }
}
