package io.holdfast.transfer;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Engine;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.Tools;
import io.holdfast.engine.sqlite.SqliteEngine;

/** Which engine understands a backup. */
public final class Engines {
    private Engines() {}

    /** Fails with BACKUP_NOT_USABLE if this version has none for it. */
    public static Engine of(DatabaseShape shape) {
        return switch (shape.engine()) {
            case PostgresEngine.NAME -> new PostgresEngine(Tools.find(null));
            case SqliteEngine.NAME -> new SqliteEngine();
            default ->
                throw Failure.of(
                        FailureCode.BACKUP_NOT_USABLE,
                        "the backup is of engine " + shape.engine()
                                + ", which this version does not carry; was it made by a newer Holdfast?");
        };
    }
}
