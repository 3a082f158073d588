package io.holdfast.engine.inplace;

import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.model.QualifiedName;
import java.time.Instant;
import java.util.List;

/**
 * What a restore wrote into a live database.
 *
 * @param at by the database's clock
 */
public record InPlaceWriteResult(RestoreId restore, Instant at, List<Table> tables) {
    public InPlaceWriteResult {
        tables = List.copyOf(tables);
    }

    /** Rows of one table. */
    public record Table(QualifiedName name, long inserted, long updated, long deleted) {}
}
