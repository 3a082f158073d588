package io.holdfast.engine.postgres.snapshot;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.SourceCheck;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import io.holdfast.engine.postgres.tools.PostgresTools;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The checks that precede a snapshot, without one: connection, version, tools, and rights on the tables of the scope. */
public final class SourceProbe {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private SourceProbe() {}

    /** Takes no locks but those of reading the catalog. */
    public static SourceCheck check(ConnectionFactory source, PostgresTools tools, BackupScope scope) {
        Connection connection = source.open();
        try {
            Sql.run(connection, "SET statement_timeout = " + LIMIT.toMillis());
            Sql.run(connection, "SET lock_timeout = " + LIMIT.toMillis());
            long start = System.nanoTime();
            String version = Sql.strings(connection, "SHOW server_version").getFirst();
            Duration latency = Duration.ofNanos(System.nanoTime() - start);
            SourcePreflight.supported(connection);
            tools.program("pg_dump", connection.getMetaData().getDatabaseMajorVersion());
            SourcePreflight.check(connection, ScopeFilter.of(scope, connection), source.address.user());
            return new SourceCheck(version, latency);
        } catch (SQLException e) {
            throw source.failure("checking " + source.address.shown(), null, e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }
}
