package io.holdfast.engine.sqlite;

import static java.util.Objects.requireNonNull;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Engine;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceCheck;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.sqlite.inplace.SqliteLiveDatabase;
import io.holdfast.engine.sqlite.snapshot.OnlineFileCopy;
import io.holdfast.engine.sqlite.snapshot.SnapshotOpener;
import java.nio.file.Path;
import java.time.Duration;
import org.sqlite.SQLiteJDBCLoader;

/** A file; copies of it are made beside it. */
record SqliteSource(SqliteEngine sqlite, Path file) implements SourceDatabase {

    @Override
    public Snapshot open(SnapshotOptions options) {
        return SnapshotOpener.ofLive(file, options);
    }

    @Override
    public SourceCheck check(BackupScope scope) {
        long start = System.nanoTime();
        OnlineFileCopy.refuseUnreadable(file);
        return new SourceCheck(SQLiteJDBCLoader.getVersion(), Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public TargetServer target() {
        return sqlite.target(requireNonNull(file.getParent()));
    }

    @Override
    public LiveDatabase live(Duration lockTimeout) {
        return new SqliteLiveDatabase(file, lockTimeout);
    }

    @Override
    public Engine engine() {
        return sqlite;
    }
}
