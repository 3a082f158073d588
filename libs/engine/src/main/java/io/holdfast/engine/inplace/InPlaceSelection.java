package io.holdfast.engine.inplace;

import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget;
import java.util.List;

/**
 * What of a backup goes back into a live database.
 *
 * @param mode what becomes of rows that are there: REPLACE makes what is selected equal to the backup, MERGE inserts what is
 *     missing and updates what changed, MISSING_ONLY only inserts
 * @param tables as the backup names them; a partition tree by its root or by a leaf; without a schema if only one has it
 * @param rows rows by column values, all of which must be equal; several selections of one table add up
 * @param withParents whether rows that the restored ones refer to, and that are missing, come along
 */
public record InPlaceSelection(
        RestoreTarget.Mode mode, List<String> tables, List<RestoreRequest.RowSelection> rows, boolean withParents) {
    public InPlaceSelection {
        tables = List.copyOf(tables);
        rows = List.copyOf(rows);
    }
}
