package io.holdfast.engine.d1.read;

import io.holdfast.engine.d1.client.D1Rows;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.util.ArrayList;
import java.util.List;

/** The entries of {@code sqlite_schema}, without those of the platform itself. */
public final class Definitions {
    /** A table of a database that is being loaded; it is dropped when the database is complete. */
    public static final String INCOMPLETE = "holdfast_restore_incomplete";

    static final String SQL = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
            + " AND name NOT GLOB '_cf_*' AND tbl_name NOT GLOB '_cf_*' AND tbl_name <> '" + INCOMPLETE
            + "' ORDER BY rowid";

    private Definitions() {}

    static List<SqliteReplica.Definition> of(D1Rows rows) {
        List<SqliteReplica.Definition> definitions = new ArrayList<>();
        while (rows.next()) {
            definitions.add(new SqliteReplica.Definition(rows.text(), rows.text(), rows.text(), rows.text()));
        }
        return List.copyOf(definitions);
    }
}
