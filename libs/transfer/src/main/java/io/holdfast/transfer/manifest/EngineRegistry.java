package io.holdfast.transfer.manifest;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Engine;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.sqlite.SqliteEngine;

/** Which engine understands a backup. */
public final class EngineRegistry {
    private EngineRegistry() {}

    /** Fails with BACKUP_NOT_USABLE if this version has none for it. */
    public static Engine of(DatabaseDescriptor shape) {
        return switch (shape.engine()) {
            case PostgresEngine.NAME -> new PostgresEngine(PostgresTools.find(null));
            case SqliteEngine.NAME -> new SqliteEngine();
            default ->
                throw HoldfastException.of(
                        FailureCode.BACKUP_NOT_USABLE,
                        "the backup is of engine " + shape.engine()
                                + ", which this version does not carry; was it made by a newer Holdfast?");
        };
    }
}
