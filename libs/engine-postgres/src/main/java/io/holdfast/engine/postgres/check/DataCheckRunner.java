package io.holdfast.engine.postgres.check;

import io.holdfast.contracts.CheckResult;
import io.holdfast.engine.check.CheckResults;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database what its data is like, each question in a read-only transaction with what is left of its time. Names are
 * found as the application finds them. Whatever a question fails with is its result, except that the connection is lost or
 * the work cancelled.
 */
public final class DataCheckRunner {
    private final Connection connection;
    private final Duration limit;
    private final long began = System.nanoTime();

    public DataCheckRunner(Connection connection, Duration limit) {
        this.connection = connection;
        this.limit = limit;
    }

    public static Connection open(ConnectionFactory rows) throws SQLException {
        Connection connection = rows.open();
        Sql.run(
                connection,
                "RESET search_path; SET default_transaction_read_only = on; SET lock_timeout = '10s'; SET synchronous_commit = off");
        return connection;
    }

    public CheckResult of(DataCheck check) throws SQLException {
        try {
            return switch (check) {
                case DataCheck.ForeignKeys all -> foreignKeys(all);
                case DataCheck.Constraints all -> constraints(all);
                case DataCheck.Orphans orphans -> orphans(orphans);
                case DataCheck.Fresh fresh -> fresh(fresh);
                case DataCheck.Assertion assertion -> assertion(assertion);
                case DataCheck.RecordTimes times -> recordTimes(times);
                case DataCheck.Structure structure -> structure(structure);
                case DataCheck.Rows rows ->
                    CheckResults.counts(rows, rowCounts(rows.expected().keySet()));
            };
        } catch (SQLException e) {
            return refused(check, e);
        }
    }

    private CheckResult refused(DataCheck check, SQLException e) throws SQLException {
        if (timedOut(e)) {
            return CheckResults.tooSlow(check, limit);
        }
        escape(e);
        String state = SqlErrorTranslator.state(e);
        boolean byData = state.startsWith("22") || state.startsWith("23") || state.startsWith("P0");
        return check instanceof DataCheck.Assertion && byData
                ? check.failed("the query fails on the data (SQLSTATE " + state + ")")
                : check.notRun(why(e));
    }

    private static String why(SQLException e) {
        return "it could not be asked (" + SqlErrorTranslator.said(e)
                + "); correct the check, or grant the right to read";
    }

    private static boolean timedOut(SQLException e) {
        return SqlErrorTranslator.state(e).equals("57014")
                && SqlErrorTranslator.said(e).contains("statement timeout");
    }

    /** Only what is no answer to one question. */
    private static void escape(SQLException e) throws SQLException {
        if (SqlErrorTranslator.connectionLost(e) || (SqlErrorTranslator.state(e).equals("57014") && !timedOut(e))) {
            throw e;
        }
    }

    /** Work in a transaction of its own. */
    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws SQLException;
    }

    private <T> T reading(Asking<T> work) throws SQLException {
        Sql.run(connection, "BEGIN READ ONLY");
        try {
            long left = limit.toMillis() - (System.nanoTime() - began) / 1_000_000;
            Sql.run(connection, "SET LOCAL statement_timeout = " + Math.max(1, left));
            return work.ask();
        } finally {
            Sql.run(connection, "ROLLBACK");
        }
    }

    private CheckResult foreignKeys(DataCheck check) throws SQLException {
        List<ReferentialConstraint> references = reading(() -> ReferentialConstraint.declared(connection));
        List<String> orphans = new ArrayList<>();
        List<String> unanswered = new ArrayList<>();
        for (ReferentialConstraint referentialConstraint : references) {
            try {
                reading(() -> referentialConstraint.orphans(connection))
                        .ifPresent(found -> orphans.add(referentialConstraint + ": " + found));
            } catch (SQLException e) {
                escape(e);
                unanswered.add(referentialConstraint + " ("
                        + (timedOut(e) ? "no time left" : SqlErrorTranslator.said(e)) + ")");
            }
        }
        return CheckResults.references(check, references.size(), orphans, unanswered);
    }

    private CheckResult orphans(DataCheck.Orphans check) throws SQLException {
        return reading(() -> ReferentialConstraint.configured(check).orphans(connection))
                .map(found -> check.failed(found + " without a parent"))
                .orElseGet(check::passed);
    }

    private CheckResult constraints(DataCheck check) throws SQLException {
        List<String> invalid = reading(() -> Sql.strings(connection, """
                SELECT pg_catalog.format('constraint %I of %s is not validated', c.conname,
                         CASE WHEN c.conrelid <> 0 THEN c.conrelid::pg_catalog.regclass::text
                              ELSE c.contypid::pg_catalog.regtype::text END)
                FROM pg_catalog.pg_constraint c
                WHERE NOT c.convalidated AND c.conparentid = 0
                  AND COALESCE((pg_catalog.to_jsonb(c) ->> 'conenforced')::boolean, true)
                UNION ALL
                SELECT pg_catalog.format('index %s is not valid', i.indexrelid::pg_catalog.regclass)
                FROM pg_catalog.pg_index i WHERE NOT i.indisvalid
                ORDER BY 1"""));
        return invalid.isEmpty()
                ? check.passed()
                : check.failed(CheckResults.first(invalid)
                        + "; run VALIDATE CONSTRAINT or REINDEX at the source, which names the rows at fault");
    }

    private CheckResult fresh(DataCheck.Fresh check) throws SQLException {
        String column = QualifiedName.quote(check.column());
        String sql =
                "SELECT pg_catalog.max(t." + column + ")::pg_catalog.timestamptz, pg_catalog.max(t." + column + ") < "
                        + time(check.earliest()) + ", pg_catalog.count(*) FILTER (WHERE t." + column + " > "
                        + time(check.latest()) + "), pg_catalog.count(*) FROM "
                        + check.table().sql() + " t";
        return reading(() -> Sql.one(
                connection,
                sql,
                row -> CheckResults.fresh(check, row.getString(1), row.getBoolean(2), row.getLong(3), row.getLong(4))));
    }

    private CheckResult recordTimes(DataCheck.RecordTimes check) throws SQLException {
        List<String> late = new ArrayList<>();
        for (TimeColumn column : reading(() -> TimeColumn.all(connection))) {
            long rows =
                    reading(() -> Sql.one(connection, column.laterThan(time(check.latest())), row -> row.getLong(1)));
            if (rows > 0) {
                late.add(column.shown() + ": " + CheckResults.rows(rows));
            }
        }
        return late.isEmpty()
                ? check.passed()
                : check.failed("later than the data's own instant " + check.at() + ": " + CheckResults.first(late)
                        + "; check the clock of the application");
    }

    private CheckResult structure(DataCheck check) throws SQLException {
        List<String> schema = reading(() -> Sql.strings(
                connection,
                "SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_extension e"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'amcheck'"));
        if (schema.isEmpty()) {
            return check.notRun("the extension amcheck is not there, or may not be created");
        }
        try {
            List<String> damaged = reading(() -> StructureQueries.damagedPages(connection, schema.getFirst()));
            if (damaged.isEmpty()) {
                reading(() -> StructureQueries.examineIndexes(connection, schema.getFirst()));
            }
            return damaged.isEmpty() ? check.passed() : check.failed(CheckResults.first(damaged));
        } catch (SQLException e) {
            if (SqlErrorTranslator.state(e).startsWith("XX00")) {
                return check.failed(SqlErrorTranslator.said(e));
            }
            throw e;
        }
    }

    private static String time(Instant at) {
        return "TIMESTAMPTZ " + Sql.literal(at.toString());
    }

    private CheckResult assertion(DataCheck.Assertion check) throws SQLException {
        return reading(() -> {
            try (Statement statement = connection.createStatement()) {
                statement.setMaxRows(2);
                if (!statement.execute(check.query())) {
                    return check.notRun("the query answers nothing; write a SELECT");
                }
                CheckResult result = answer(check, statement);
                boolean more = statement.getMoreResults() || statement.getUpdateCount() >= 0;
                return more ? check.notRun("this is more than one statement; write one query") : result;
            }
        });
    }

    private static CheckResult answer(DataCheck.Assertion check, Statement statement) throws SQLException {
        try (ResultSet rows = statement.getResultSet()) {
            boolean logical = rows.getMetaData().getColumnTypeName(1).equals("bool");
            List<@Nullable String> values = new ArrayList<>();
            while (rows.next()) {
                String value = rows.getString(1);
                values.add(logical && value != null ? String.valueOf(rows.getBoolean(1)) : value);
            }
            return CheckResults.answer(check, rows.getMetaData().getColumnCount(), values);
        }
    }

    public Map<QualifiedName, Long> rowCounts(Collection<QualifiedName> tables) throws SQLException {
        Map<QualifiedName, Long> counts = new HashMap<>();
        for (QualifiedName table : tables) {
            try {
                counts.put(table, reading(() -> count(table)));
            } catch (SQLException e) {
                if (!timedOut(e)) {
                    throw e;
                }
                return counts;
            }
        }
        return counts;
    }

    /** Tables that inherit are tables of their own; partitions are not. */
    private long count(QualifiedName table) throws SQLException {
        List<Boolean> partitioned = Sql.list(
                connection,
                "SELECT c.relkind = 'p' FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = " + Sql.literal(table.schema()) + " AND c.relname = "
                        + Sql.literal(table.name()),
                row -> row.getBoolean(1));
        return partitioned.isEmpty()
                ? 0
                : Sql.one(
                        connection,
                        "SELECT pg_catalog.count(*) FROM " + (partitioned.getFirst() ? "" : "ONLY ") + table.sql(),
                        row -> row.getLong(1));
    }
}
