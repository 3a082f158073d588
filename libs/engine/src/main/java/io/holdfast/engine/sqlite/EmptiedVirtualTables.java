package io.holdfast.engine.sqlite;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.Scope;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;

/**
 * Virtual tables without their rows. What is behind one is never nothing, and a module may refuse a table where it is; so
 * each is made anew, in the private copy that is read.
 */
final class EmptiedVirtualTables {
    private final Path source;
    private final Set<QualifiedName> emptied;

    EmptiedVirtualTables(Path source, Scope scope) {
        this.source = source;
        this.emptied = scope.excludeTableData();
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    void in(Path copy) {
        if (emptied.isEmpty()) {
            return;
        }
        try (Connection writing = Sqlite.writing(copy);
                CancelWatch.Watched watched = CancelWatch.watch(() -> Sqlite.interrupt(writing))) {
            for (SchemaRows.Entry entry : new SqliteCatalog(writing).schema("").entries()) {
                if (entry.virtual() && emptied.contains(new QualifiedName(SqliteCatalog.MAIN, entry.name()))) {
                    makeAnew(writing, entry);
                }
            }
        } catch (SQLException e) {
            throw SqliteFailures.source(source, "leaving rows out", e);
        }
    }

    private void makeAnew(Connection connection, SchemaRows.Entry virtual) throws SQLException {
        try {
            Sqlite.run(connection, "DROP TABLE " + Sqlite.main(virtual.name()));
            Sqlite.run(connection, virtual.sql());
        } catch (SQLException e) {
            if (SqliteFailures.code(e) != SQLiteErrorCode.SQLITE_ERROR) {
                throw e;
            }
            throw Failure.about(
                    virtual.name(),
                    FailureCode.SOURCE_UNSUPPORTED,
                    "the rows of virtual table \"" + virtual.name() + "\" of " + source
                            + " cannot be left out without the program that made it (" + SqliteFailures.said(e)
                            + "); take them, or exclude the table");
        }
    }
}
