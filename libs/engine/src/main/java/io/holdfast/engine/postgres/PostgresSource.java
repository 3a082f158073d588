package io.holdfast.engine.postgres;

import io.holdfast.engine.Engine;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.inplace.LiveDatabase;
import java.time.Duration;

/** A database on a server; copies of it are made on the same server. */
record PostgresSource(PostgresEngine postgres, DatabaseAddress address, PasswordSupplier password)
        implements SourceDatabase {
    /** Is there on every server; the source's own database may be what was lost. */
    private static final String MAINTENANCE = "postgres";

    @Override
    public Snapshot open(SnapshotOptions options) {
        return postgres.open(address, password, options);
    }

    @Override
    public TargetServer target() {
        return postgres.target(address.withDatabase(MAINTENANCE), password);
    }

    @Override
    public LiveDatabase live(Duration lockTimeout) {
        return postgres.live(address, password, lockTimeout);
    }

    @Override
    public Engine engine() {
        return postgres;
    }
}
