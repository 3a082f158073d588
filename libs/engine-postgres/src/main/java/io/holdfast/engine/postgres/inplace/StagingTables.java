package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.copy.CopyInWriter;
import io.holdfast.engine.postgres.copy.CopyOutReader;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlFragment;
import io.holdfast.engine.rows.RowSource;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.support.RateLimit;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables of a stage: t the rows of the backup, with a child for each of the backup's tables that they come from; w those
 * of them that are selected; a those that come along. Unlogged: after a crash of the server they are empty, which is
 * noticed, and staged again.
 */
final class StagingTables {
    private final StagingSchema schema;

    StagingTables(StagingSchema schema) {
        this.schema = schema;
    }

    private String relation(String kind, TableRestoreSpec unit) {
        return schema.sql() + "." + QualifiedName.quote(kind + unit.number());
    }

    private QualifiedName part(TableRestoreSpec unit, int part) {
        return new QualifiedName(schema.name, "t" + unit.number() + "_" + part);
    }

    /** In the live table's types, so that what is staged is what will be there. */
    void create(Connection connection, TableRestoreSpec unit) throws SQLException {
        String like = " AS SELECT " + unit.columns("l") + " FROM " + unit.live().sql() + " l WITH NO DATA";
        Sql.run(connection, "CREATE UNLOGGED TABLE " + relation("t", unit) + like);
        Sql.run(connection, "CREATE UNLOGGED TABLE " + relation("a", unit) + like);
        for (int i = 0; i < unit.parts().size(); i++) {
            Sql.run(
                    connection,
                    "CREATE UNLOGGED TABLE " + part(unit, i).sql() + " () INHERITS (" + relation("t", unit) + ")");
        }
    }

    /** Replaces what is staged of one of the backup's tables; answers what is there when it is read again. */
    Fingerprint load(Connection connection, TableRestoreSpec unit, TableDescriptor table, RowSource source)
            throws SQLException, IOException {
        QualifiedName relation = part(unit, unit.parts().indexOf(table));
        Sql.run(connection, "TRUNCATE ONLY " + relation.sql());
        CopyInWriter.all(
                connection,
                "COPY " + relation.sql() + " (" + Sql.columns(table.columns()) + ") FROM STDIN WITH (FREEZE)",
                source);
        Sql.run(connection, "ANALYZE " + relation.sql());
        try {
            return new CopyOutReader(new RateLimit(0, System::nanoTime), false)
                    .read(connection, new TableReadRange(table, relation, null), (buffer, offset, length, hash) -> {})
                    .fingerprint();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "57014", e);
        }
    }

    /** What is selected of what is staged. */
    void choose(Connection connection, TableRestoreSpec unit) throws SQLException {
        SqlFragment picked = unit.chosen() ? unit.picked("t") : new SqlFragment("false", List.of());
        boolean whole = unit.chosen() && unit.picks().isEmpty();
        SqlFragment.run(
                connection,
                (whole ? "CREATE VIEW " : "CREATE UNLOGGED TABLE ") + relation("w", unit) + " AS SELECT "
                        + unit.columns("t") + " FROM " + relation("t", unit) + " t WHERE " + picked.sql(),
                picked.values());
    }

    /** Rows of the backup without a key, or two with the same: the live table's key is younger than the backup. */
    long unrecognisable(Connection connection, TableRestoreSpec unit) throws SQLException {
        LiveTable.Key key = unit.key().orElse(null);
        if (key == null) {
            return 0;
        }
        String columns = Sql.columns(key.columns());
        return Sql.one(
                connection,
                "SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT ON (" + columns + ") 1 FROM "
                        + relation("w", unit) + " WHERE (" + columns + ") IS NOT NULL) d) FROM " + relation("w", unit),
                row -> row.getLong(1));
    }

    /** Rows of t, w and a: what must still be there when it is applied. */
    List<Long> counts(Connection connection, TableRestoreSpec unit) throws SQLException {
        return List.of(
                TableDiff.count(connection, relation("t", unit)),
                TableDiff.count(connection, relation("w", unit)),
                TableDiff.count(connection, relation("a", unit)));
    }
}
