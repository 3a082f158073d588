package io.holdfast.transfer;

import io.holdfast.config.ByteSize;
import io.holdfast.config.Engine;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailable;
import io.holdfast.config.SourceConfig;
import io.holdfast.config.TableName;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.Password;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.Scope;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.Tools;
import io.holdfast.engine.sqlite.SqliteEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How a configured source is reached and read. */
public final class SourceAccess {
    private final String name;
    private final SourceConfig config;

    public SourceAccess(String name, SourceConfig config) {
        this.name = name;
        this.config = config;
    }

    public SourceDatabase database() {
        return switch (config.engine()) {
            case POSTGRES -> new PostgresEngine(Tools.find(null)).source(address(), password());
            case SQLITE -> new SqliteEngine().source(file());
            case D1 -> throw unsupported("its engine is not carried by this version; PostgreSQL and SQLite are");
        };
    }

    private Path file() {
        return Path.of(config.url().text().substring("sqlite:".length()));
    }

    private DatabaseAddress address() {
        return DatabaseAddress.parse(config.url().text());
    }

    /** Read from its reference anew for each connection, so that a rotated one is picked up. */
    private Password password() {
        return config.password()
                .map(reference -> Password.from(() -> reveal(reference)))
                .orElseGet(Password::none);
    }

    private String reveal(SecretRef reference) {
        try {
            return reference.resolve().reveal();
        } catch (SecretUnavailable e) {
            throw Failure.about(
                    name, FailureCode.CONFIG_INVALID, "source \"" + name + "\": its password: " + e.getMessage());
        }
    }

    /** Fails with SOURCE_UNSUPPORTED if the configuration asks for what is not carried. */
    public SnapshotOptions options(String applicationName) {
        if (config.limits().onBlockedDdl() == SourceConfig.OnBlockedDdl.ABORT) {
            throw unsupported("limits.on-blocked-ddl: abort is not carried by this version, and a backup would go on;"
                    + " take it out, and run DDL with a lock_timeout");
        }
        return SnapshotOptions.defaults()
                .withReaders(config.limits().readers())
                .withBytesPerSecond(
                        config.limits().bytesPerSecond().map(ByteSize::bytes).orElse(0L))
                .withLockTimeout(config.limits().lockTimeout())
                .withApplicationName(applicationName)
                .withScope(scope());
    }

    public Scope scope() {
        SourceConfig.Scope scope = config.scope();
        if (!scope.include().tables().isEmpty()) {
            throw unsupported(
                    "scope.include.tables is not carried by this version; include schemas and exclude tables");
        }
        return new Scope(
                Set.copyOf(scope.include().schemas()),
                Set.copyOf(scope.exclude().schemas()),
                names(scope.exclude().tables()),
                names(scope.exclude().tableData()));
    }

    private Set<QualifiedName> names(List<TableName> tables) {
        String schema = config.engine() == Engine.SQLITE ? "main" : "public";
        return tables.stream()
                .map(table -> new QualifiedName(table.schema().orElse(schema), table.table()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private Failure unsupported(String what) {
        return Failure.about(name, FailureCode.SOURCE_UNSUPPORTED, "source \"" + name + "\": " + what);
    }
}
