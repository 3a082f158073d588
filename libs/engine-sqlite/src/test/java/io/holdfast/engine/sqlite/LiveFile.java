package io.holdfast.engine.sqlite;

import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest.RowSelection;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.testsupport.engine.Copies;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A file in use, a backup of it, and what a restore does with both. */
final class LiveFile implements AutoCloseable {
    final Path file;
    final LiveDatabase live;
    RestoreId restore = RestoreId.next(InstantSource.system());
    private final Copies.Copy backup;

    LiveFile(Path file, String... statements) {
        this.file = SqliteFile.create(file, statements);
        this.backup = backup();
        this.live = new SqliteEngine().source(file).live(Duration.ofMillis(300));
    }

    Copies.Copy backup() {
        try (Snapshot snapshot = new SqliteEngine().source(file).open(SnapshotOptions.defaults())) {
            return Copies.of(snapshot);
        }
    }

    LiveFile then(String... statements) {
        SqliteFile.run(file, statements);
        return this;
    }

    List<String> query(String sql) {
        return SqliteFile.query(file, sql);
    }

    /** Every value of every table, with its storage class and rowid. */
    Map<String, List<String>> content() {
        return SqliteFile.content(file);
    }

    static InPlaceSelection tables(Mode mode, String... tables) {
        return new InPlaceSelection(mode, List.of(tables), List.of(), false);
    }

    static InPlaceSelection rows(Mode mode, String table, Map<String, String> values) {
        return new InPlaceSelection(mode, List.of(), List.of(new RowSelection(table, values)), false);
    }

    static InPlaceSelection withParents(InPlaceSelection selection) {
        return new InPlaceSelection(selection.mode(), selection.tables(), selection.rows(), true);
    }

    InPlacePlan plan(InPlaceSelection selection) {
        return live.plan(selection, backup.shape(), backup.schema());
    }

    InPlaceStage stage(InPlaceSelection selection) {
        InPlaceStage stage = live.stage(restore, selection, backup.shape());
        for (List<TableDescriptor> wanting = stage.wanting(); !wanting.isEmpty(); wanting = stage.wanting()) {
            for (TableDescriptor table : wanting) {
                byte[] rows = backup.rows().getOrDefault(table.name(), new byte[0]);
                stage.load(
                        table,
                        backup.fingerprints().getOrDefault(table.name(), Fingerprint.EMPTY),
                        () -> new ByteArrayInputStream(rows));
            }
        }
        return stage;
    }

    /** Everything from the plan to the end. */
    InPlaceWriteResult restore(InPlaceSelection selection) {
        plan(selection).refuseIfImpossible();
        InPlaceWriteResult written = stage(selection).apply();
        live.discard(restore);
        restore = RestoreId.next(InstantSource.system());
        return written;
    }

    @Override
    public void close() {
        live.close();
    }
}
