package io.holdfast.engine.sqlite.schema;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.support.InterruptWatcher;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.sqlite.SQLiteErrorCode;

/**
 * Virtual tables without their rows. What is behind one is never nothing, and a module may refuse a table where it is; so
 * each is made anew, in the private copy that is read.
 */
public final class VirtualTableEmptier {
    private final Path source;
    private final Set<QualifiedName> emptied;

    public VirtualTableEmptier(Path source, BackupScope scope) {
        this.source = source;
        this.emptied = scope.excludeTableData();
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    public void in(Path copy) {
        if (emptied.isEmpty()) {
            return;
        }
        try (Connection writing = SqliteConnections.writing(copy);
                InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> SqliteConnections.interrupt(writing))) {
            for (SqliteSchemaDump.Entry entry :
                    new SqliteCatalog(writing).schema("").entries()) {
                if (entry.virtual() && emptied.contains(new QualifiedName(ReservedNames.MAIN, entry.name()))) {
                    makeAnew(writing, entry);
                }
            }
        } catch (SQLException e) {
            throw SqliteErrorTranslator.source(source, "leaving rows out", e);
        }
    }

    private void makeAnew(Connection connection, SqliteSchemaDump.Entry virtual) throws SQLException {
        try {
            SqliteConnections.run(connection, "DROP TABLE " + SqliteConnections.main(virtual.name()));
            SqliteConnections.run(connection, virtual.sql());
        } catch (SQLException e) {
            if (SqliteErrorTranslator.code(e) != SQLiteErrorCode.SQLITE_ERROR) {
                throw e;
            }
            throw HoldfastException.about(
                    virtual.name(),
                    FailureCode.SOURCE_UNSUPPORTED,
                    "the rows of virtual table \"" + virtual.name() + "\" of " + source
                            + " cannot be left out without the program that made it (" + SqliteErrorTranslator.said(e)
                            + "); take them, or exclude the table");
        }
    }
}
