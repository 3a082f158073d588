package io.holdfast.engine.d1.read;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.client.D1Rows;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.util.ArrayList;
import java.util.List;

/** The entries of {@code sqlite_schema}, without those of the platform itself. */
public final class Definitions {
    /** A table of a database that is being loaded; it is dropped when the database is complete. */
    public static final String INCOMPLETE = "holdfast_restore_incomplete";

    static final String SQL = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
            + " AND name NOT GLOB '_cf_*' AND tbl_name NOT GLOB '_cf_*' ORDER BY rowid";

    private Definitions() {}

    /** @param incomplete whether a restore into the database has not ended */
    record Found(List<SqliteReplica.Definition> definitions, boolean incomplete) {}

    static Found of(D1Rows rows) {
        List<SqliteReplica.Definition> definitions = new ArrayList<>();
        boolean incomplete = false;
        while (rows.next()) {
            SqliteReplica.Definition next =
                    new SqliteReplica.Definition(rows.text(), rows.text(), rows.text(), rows.text());
            if (next.table().equals(INCOMPLETE)) {
                incomplete = true;
            } else {
                definitions.add(next);
            }
        }
        return new Found(List.copyOf(definitions), incomplete);
    }

    /** A backup of it would look like one of a complete database. */
    static HoldfastException incomplete(D1Client client) {
        return HoldfastException.of(
                FailureCode.SOURCE_LOCK_TIMEOUT,
                client.shown() + ": a restore into it has not ended (table " + INCOMPLETE
                        + "), and its rows are incomplete; wait for the end of the restore, or restore it again");
    }
}
