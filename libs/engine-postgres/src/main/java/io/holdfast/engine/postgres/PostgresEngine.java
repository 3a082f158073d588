package io.holdfast.engine.postgres;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Engine;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceCheck;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.SqlScriptWriter;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.inplace.LiveDatabase;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.postgres.dump.SchemaComparator;
import io.holdfast.engine.postgres.export.PsqlScriptWriter;
import io.holdfast.engine.postgres.inplace.PostgresLiveDatabase;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.load.PostgresTargetServer;
import io.holdfast.engine.postgres.snapshot.SnapshotLeader;
import io.holdfast.engine.postgres.snapshot.SnapshotOpener;
import io.holdfast.engine.postgres.snapshot.SourceProbe;
import io.holdfast.engine.postgres.tools.PostgresTools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** PostgreSQL 12 and later, with pg_dump and pg_restore of this machine. */
public final class PostgresEngine implements Engine {
    public static final String NAME = DatabaseDescriptor.POSTGRES;

    private final PostgresTools tools;

    public PostgresEngine(PostgresTools tools) {
        this.tools = tools;
    }

    /** A database to protect; see {@link SourceDatabase}. */
    public SourceDatabase source(DatabaseAddress address, PasswordSupplier password) {
        return source(address, password, Optional.empty());
    }

    /**
     * A database to protect or to restore.
     *
     * @param maintenance the database of the server in which others are created and renamed; empty, or unusable:
     *     {@code postgres}, {@code template1} or the address's own
     */
    public SourceDatabase source(DatabaseAddress address, PasswordSupplier password, Optional<String> maintenance) {
        return new PostgresSource(this, address, password, maintenance);
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Fails as {@link SourceDatabase#open} does. */
    public Snapshot open(DatabaseAddress address, PasswordSupplier password, SnapshotOptions options) {
        ConnectionFactory source =
                new ConnectionFactory(address, password, options.applicationName(), ConnectionRole.SOURCE);
        return SnapshotOpener.open(source, source, tools, options, new SnapshotLeader.Phases() {});
    }

    SourceCheck check(DatabaseAddress address, PasswordSupplier password, BackupScope scope) {
        return SourceProbe.check(
                new ConnectionFactory(address, password, "holdfast/check", ConnectionRole.SOURCE), tools, scope);
    }

    /** A server to restore to. The address's database is the one to connect to for creating others. */
    public TargetServer target(DatabaseAddress maintenance, PasswordSupplier password) {
        return new PostgresTargetServer(maintenance, password, maintenance.user(), tools);
    }

    TargetServer target(DatabaseAddress address, List<String> databases, PasswordSupplier password) {
        return new PostgresTargetServer(address, databases, password, address.user(), tools);
    }

    /**
     * Like {@link #target}, but rows are loaded and read, views filled and statistics taken as {@code loader}, a role
     * without special rights that is a member of the tables' owners: code in the restored database runs as that role.
     */
    public TargetServer target(DatabaseAddress maintenance, PasswordSupplier password, String loader) {
        return new PostgresTargetServer(maintenance, password, loader, tools);
    }

    LiveDatabase live(DatabaseAddress address, PasswordSupplier password, Duration lockTimeout) {
        return new PostgresLiveDatabase(address, password, tools, lockTimeout);
    }

    @Override
    public SqlScriptWriter script(DatabaseDescriptor shape) {
        return new PsqlScriptWriter(tools, shape);
    }

    @Override
    public List<String> compareSchemas(Path stored, Path copy, LoadOptions as) {
        return new SchemaComparator(tools, as).compare(stored, copy, null, Set.of());
    }

    @Override
    public List<String> compareSchemas(Path stored, Path copy, Path reread, Set<Integer> given, LoadOptions as) {
        return new SchemaComparator(tools, as).compare(stored, copy, reread, given);
    }
}
