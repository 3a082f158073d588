package io.holdfast.verifier.scratch;

import io.holdfast.engine.Engine;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.transfer.compare.ComparisonResult;
import io.holdfast.transfer.compare.DatabaseComparator;
import io.holdfast.transfer.load.LoadReport;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.read.BackupReader;
import java.nio.file.Path;

/**
 * A backup restored to a scratch database, which is dropped when the work on it is done.
 *
 * @param server that the database is on; other databases may be created there
 * @param backup open as long as the copy
 * @param schema the backup's schema dump
 * @param options of the restore, with what the server lacks
 */
public record RestoredCopy(
        Engine engine,
        TargetServer server,
        ScratchDatabaseName place,
        BackupReader backup,
        Path schema,
        TargetDatabase database,
        LoadReport loadReport,
        LoadOptions options,
        Times times) {

    /**
     * How long the restore took, in milliseconds.
     *
     * @param restore all of it
     * @param load the rows, with indexes that were made meanwhile
     * @param index what remained after the last row: indexes, constraints, views, sequences, statistics
     */
    public record Times(long restore, long load, long index) {}

    public Manifest manifest() {
        return backup.manifest();
    }

    /** Compares everything with the backup. Fails if it could not be compared; differences are in the result. */
    public ComparisonResult compare(TransferListener transferListener) {
        return DatabaseComparator.of(engine, manifest(), schema, database, loadReport, options, transferListener);
    }
}
