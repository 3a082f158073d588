package io.holdfast.engine.postgres;

import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Engine;
import io.holdfast.engine.LiveDatabase;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.Password;
import io.holdfast.engine.Script;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** PostgreSQL 12 and later, with pg_dump and pg_restore of this machine. */
public final class PostgresEngine implements Engine {
    public static final String NAME = "postgres";

    private final Tools tools;

    public PostgresEngine(Tools tools) {
        this.tools = tools;
    }

    /** A database to protect; see {@link SourceDatabase}. */
    public SourceDatabase source(DatabaseAddress address, Password password) {
        return new PostgresSource(this, address, password);
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Fails as {@link SourceDatabase#open} does. */
    public Snapshot open(DatabaseAddress address, Password password, SnapshotOptions options) {
        Connections source = new Connections(address, password, options.applicationName(), Side.SOURCE);
        return SnapshotOpening.open(source, source, tools, options, new Leader.Phases() {});
    }

    /** A server to restore to. The address's database is the one to connect to for creating others. */
    public Target target(DatabaseAddress maintenance, Password password) {
        return new PostgresTarget(maintenance, password, maintenance.user(), tools);
    }

    /**
     * Like {@link #target}, but rows are loaded and read, views filled and statistics taken as {@code loader}, a role
     * without special rights that is a member of the tables' owners: code in the restored database runs as that role.
     */
    public Target target(DatabaseAddress maintenance, Password password, String loader) {
        return new PostgresTarget(maintenance, password, loader, tools);
    }

    LiveDatabase live(DatabaseAddress address, Password password, Duration lockTimeout) {
        return new PostgresLive(address, password, tools, lockTimeout);
    }

    @Override
    public Script script(DatabaseShape shape) {
        return new PostgresScript(tools, shape);
    }

    @Override
    public List<String> compareSchemas(Path stored, Path copy, LoadOptions as) {
        return new SchemaComparison(tools, as).compare(stored, copy, null, Set.of());
    }

    @Override
    public List<String> compareSchemas(Path stored, Path copy, Path reread, Set<Integer> given, LoadOptions as) {
        return new SchemaComparison(tools, as).compare(stored, copy, reread, given);
    }
}
