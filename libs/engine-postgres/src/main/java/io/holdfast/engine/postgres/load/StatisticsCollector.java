package io.holdfast.engine.postgres.load;

import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.ForeignTableQueries;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What the planner knows of tables. It is derived: a table of which it cannot be gathered is a finding. */
final class StatisticsCollector {
    private static final int AT_ONCE = 50;
    private static final long LARGE = 1 << 20;

    private StatisticsCollector() {}

    /** Large tables by themselves, the others many at once. */
    static List<List<QualifiedName>> portions(List<ForeignTableQueries.Analyzable> tables) {
        List<List<QualifiedName>> portions = new ArrayList<>();
        List<QualifiedName> small = new ArrayList<>();
        for (ForeignTableQueries.Analyzable table : tables) {
            if (table.bytes() >= LARGE) {
                portions.add(List.of(table.name()));
            } else {
                small.add(table.name());
            }
        }
        for (int from = 0; from < small.size(); from += AT_ONCE) {
            portions.add(small.subList(from, Math.min(small.size(), from + AT_ONCE)));
        }
        return portions;
    }

    /**
     * Gathers those of some tables; where one is refused, of each by itself.
     *
     * @param stopped whether the statement was cancelled on purpose
     * @return those that were refused
     * @throws SQLException what says nothing of these tables, and would meet whatever comes next
     */
    static List<Finding> gather(Connection connection, List<QualifiedName> tables, BooleanSupplier stopped)
            throws SQLException {
        try {
            Sql.run(connection, "SET client_min_messages = error");
            Sql.run(
                    connection,
                    tables.stream().map(QualifiedName::sql).collect(Collectors.joining(", ", "ANALYZE ", "")));
            return List.of();
        } catch (SQLException e) {
            if (stopped.getAsBoolean()
                    || SqlErrorTranslator.connectionLost(connection, e)
                    || SqlErrorTranslator.concernsAll(e)) {
                throw e;
            }
            return tables.size() == 1 ? List.of(refused(tables.getFirst(), e)) : each(connection, tables, stopped);
        }
    }

    private static List<Finding> each(Connection connection, List<QualifiedName> tables, BooleanSupplier stopped)
            throws SQLException {
        List<Finding> findings = new ArrayList<>();
        for (QualifiedName table : tables) {
            findings.addAll(gather(connection, List.of(table), stopped));
        }
        return findings;
    }

    private static Finding refused(QualifiedName table, SQLException e) {
        return new Finding(
                Finding.Kind.NOT_ANALYZED,
                table.toString(),
                "the planner's statistics of " + table + " could not be gathered (" + SqlErrorTranslator.said(e)
                        + "); its rows are all there, queries of it may be slow; once that is put right: ANALYZE "
                        + table.sql());
    }
}
