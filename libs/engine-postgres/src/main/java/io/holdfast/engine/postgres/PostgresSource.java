package io.holdfast.engine.postgres;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Engine;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceCheck;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.inplace.LiveDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A database on a server; copies of it are made on the same server. */
record PostgresSource(
        PostgresEngine postgres, DatabaseAddress address, PasswordSupplier password, Optional<String> maintenance)
        implements SourceDatabase {
    /** Databases of most servers; the source's own database may be the one that was lost. */
    private static final List<String> USUAL = List.of("postgres", "template1");

    @Override
    public Snapshot open(SnapshotOptions options) {
        return postgres.open(address, password, options);
    }

    @Override
    public SourceCheck check(BackupScope scope) {
        return postgres.check(address, password, scope);
    }

    @Override
    public TargetServer target() {
        List<String> databases = Stream.of(maintenance.stream(), USUAL.stream(), Stream.of(address.database()))
                .flatMap(names -> names)
                .distinct()
                .toList();
        return postgres.target(address, databases, password);
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
