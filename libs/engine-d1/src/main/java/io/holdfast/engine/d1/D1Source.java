package io.holdfast.engine.d1;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Engine;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceCheck;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.load.D1OverwritableDatabase;
import io.holdfast.engine.d1.load.D1TargetServer;
import io.holdfast.engine.d1.read.D1Reading;
import io.holdfast.engine.d1.read.PageLimit;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.inplace.OverwritableDatabase;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.engine.sqlite.SqliteReplica;
import io.holdfast.engine.support.RateLimit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A database of D1; copies of it are made as SQLite files in a folder, and may become D1 databases. */
record D1Source(D1Settings settings, PasswordSupplier token) implements SourceDatabase {
    /** A blocked token is free again after five minutes. */
    private static final Duration BUDGET = Duration.ofMinutes(10);

    /** The longest wait of a restore for the end of an export. */
    private static final Duration RESTORE_LOCK = Duration.ofMinutes(1);

    private static final Duration CHECK = Duration.ofSeconds(10);

    @Override
    public Snapshot open(SnapshotOptions options) {
        D1Client client = new D1Client(settings.address(), token, new D1Client.Patience(BUDGET, options.lockTimeout()));
        PageLimit limit = new PageLimit(PageLimit.DEFAULT, new RateLimit(options.bytesPerSecond(), System::nanoTime));
        try (D1Reading reading = D1Reading.ofSource(client, options.scope(), limit, InstantSource.system())) {
            D1Reading.Result result = reading.read(settings.consistency() == Consistency.PER_TABLE);
            try (SqliteReplica replica = result.replica()) {
                Snapshot snapshot = replica.open(options, result.at());
                return result.changed().isEmpty() ? snapshot : new TornSnapshot(snapshot, result.changed());
            }
        }
    }

    @Override
    public SourceCheck check(BackupScope scope) {
        D1Client client = new D1Client(settings.address(), token, new D1Client.Patience(CHECK, CHECK));
        String version = client.describe().value("version");
        long start = System.nanoTime();
        List<SqliteReplica.Definition> unused = D1Reading.definitions(client);
        return new SourceCheck("D1 " + version, Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public TargetServer target() {
        Path folder = settings.folder()
                .orElseThrow(() -> HoldfastException.of(
                        FailureCode.CONFIG_INVALID,
                        "a backup of D1 is restored by way of a SQLite file, and the source has no folder for it; set"
                                + " d1.folder of the source, or name a file in the folder of a SQLite source (--to"
                                + " sqlite:/folder/name.db)"));
        return switch (settings.target()) {
            case SQLITE -> new SqliteEngine().target(folder);
            case D1 -> new D1TargetServer(settings.address(), token, folder);
        };
    }

    @Override
    public LiveDatabase live(Duration lockTimeout) {
        throw HoldfastException.of(
                FailureCode.SOURCE_UNSUPPORTED,
                "single tables and rows do not go back into a D1 database; restore the whole of it (--replace), or restore"
                        + " into a new one or a SQLite file (--into) and copy what is missing with the application");
    }

    @Override
    public Optional<OverwritableDatabase> overwritable() {
        D1Client client = new D1Client(settings.address(), token, new D1Client.Patience(BUDGET, RESTORE_LOCK));
        return Optional.of(
                new D1OverwritableDatabase(client, settings.folder(), settings.window(), InstantSource.system()));
    }

    @Override
    public Engine engine() {
        return new SqliteEngine();
    }
}
