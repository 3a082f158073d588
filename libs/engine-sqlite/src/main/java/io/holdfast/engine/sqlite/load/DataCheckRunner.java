package io.holdfast.engine.sqlite.load;

import io.holdfast.contracts.CheckResult;
import io.holdfast.engine.check.CheckResults;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteErrorCode;

/** Asks a file what its data is like. Whatever a question fails with is its result, except that the work is cancelled. */
final class DataCheckRunner {
    private static final int STEPS = 10_000;

    private final Connection connection;
    private final Duration limit;

    public DataCheckRunner(Connection connection, Duration limit) throws SQLException {
        this.connection = connection;
        this.limit = limit;
        SqliteConnections.run(connection, "PRAGMA query_only = ON");
        long began = System.nanoTime();
        ProgressHandler.setHandler(connection, STEPS, new ProgressHandler() {
            @Override
            protected int progress() {
                return Thread.currentThread().isInterrupted() || System.nanoTime() - began > limit.toNanos() ? 1 : 0;
            }
        });
    }

    public CheckResult of(DataCheck check) throws SQLException {
        try {
            return switch (check) {
                case DataCheck.ForeignKeys all -> foreignKeys(all);
                case DataCheck.Constraints all -> integrity(all);
                case DataCheck.Orphans orphans -> orphans(orphans);
                case DataCheck.Fresh fresh -> fresh(fresh);
                case DataCheck.Assertion assertion -> assertion(assertion);
                case DataCheck.RecordTimes times -> recordTimes(times);
                case DataCheck.Structure structure -> integrity(structure);
                case DataCheck.Rows rows ->
                    CheckResults.counts(rows, rowCounts(rows.expected().keySet()));
            };
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return timedOut(e)
                    ? CheckResults.tooSlow(check, limit)
                    : check.notRun("it could not be asked (" + SqliteErrorTranslator.said(e) + "); correct the check");
        }
    }

    private static boolean timedOut(SQLException e) {
        return SqliteErrorTranslator.code(e) == SQLiteErrorCode.SQLITE_INTERRUPT;
    }

    private CheckResult foreignKeys(DataCheck check) throws SQLException {
        List<String> orphans = SqliteConnections.list(
                connection,
                "SELECT \"table\", parent, count(*), min(rowid), max(rowid) FROM pragma_foreign_key_check"
                        + " GROUP BY \"table\", fkid ORDER BY 1, 2",
                row -> row.getString(1) + " to " + row.getString(2) + ": " + CheckResults.rows(row.getLong(3))
                        + (row.getString(4) == null
                                ? ""
                                : " (rowid=" + row.getString(4)
                                        + (row.getLong(3) > 1 ? " … rowid=" + row.getString(5) : "") + ")"));
        long declared = SqliteConnections.list(
                        connection,
                        "SELECT count(*) FROM (SELECT DISTINCT m.name, f.id FROM main.sqlite_schema m,"
                                + " pragma_foreign_key_list(m.name) f WHERE m.type = 'table')",
                        row -> row.getLong(1))
                .getFirst();
        return CheckResults.references(check, (int) declared, orphans, List.of());
    }

    private CheckResult integrity(DataCheck check) throws SQLException {
        List<String> problems = SqliteConnections.list(
                connection, "PRAGMA integrity_check(6)", row -> String.valueOf(row.getString(1)));
        return problems.equals(List.of("ok")) ? check.passed() : check.failed(CheckResults.first(problems));
    }

    private CheckResult orphans(DataCheck.Orphans check) throws SQLException {
        String child = "c." + QualifiedName.quote(check.childColumn());
        String from = " FROM " + check.child().sql() + " c WHERE " + child
                + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM " + check.parent().sql() + " p WHERE p."
                + QualifiedName.quote(check.parentColumn()) + " = " + child + ")";
        long count = SqliteConnections.list(connection, "SELECT count(*)" + from, row -> row.getLong(1))
                .getFirst();
        if (count == 0) {
            return check.passed();
        }
        List<String> key = key(check);
        String columns = String.join(
                ", ", key.stream().map(name -> "c." + QualifiedName.quote(name)).toList());
        List<List<@Nullable String>> first = SqliteConnections.list(
                connection,
                "SELECT " + columns + from + " ORDER BY " + columns + " LIMIT " + CheckResults.EXAMPLES,
                row -> {
                    List<@Nullable String> values = new ArrayList<>();
                    for (int i = 1; i <= key.size(); i++) {
                        values.add(row.getString(i));
                    }
                    return values;
                });
        return check.failed(CheckResults.rows(count) + " (" + CheckResults.keys(key, first)
                + (count > first.size() ? ", …)" : ")") + " without a parent");
    }

    private List<String> key(DataCheck.Orphans check) throws SQLException {
        List<String> primary = SqliteConnections.list(
                connection,
                "SELECT name FROM pragma_table_info(?, 'main') WHERE pk > 0 ORDER BY pk",
                row -> row.getString(1),
                check.child().name());
        return primary.isEmpty() ? List.of(check.childColumn()) : primary;
    }

    private CheckResult fresh(DataCheck.Fresh check) throws SQLException {
        String time = julian("t." + QualifiedName.quote(check.column()));
        String sql = "SELECT strftime('%Y-%m-%d %H:%M:%SZ', max(j)), max(j) < julianday(?), count(*) FILTER (WHERE j >"
                + " julianday(?)), count(*), count(v) FROM (SELECT " + time + " AS j, t."
                + QualifiedName.quote(check.column()) + " AS v FROM "
                + check.table().sql() + " t)";
        return SqliteConnections.list(
                        connection,
                        sql,
                        row -> fresh(check, row),
                        check.earliest().toString(),
                        check.latest().toString())
                .getFirst();
    }

    private static CheckResult fresh(DataCheck.Fresh check, ResultSet row) throws SQLException {
        String latest = row.getString(1);
        return latest == null && row.getLong(5) > 0
                ? check.notRun("nothing in it is a time that SQLite reads; name a column of times")
                : CheckResults.fresh(check, latest, row.getBoolean(2), row.getLong(3), row.getLong(4));
    }

    private CheckResult recordTimes(DataCheck.RecordTimes check) throws SQLException {
        List<String> late = new ArrayList<>();
        for (TimeColumn column : TimeColumn.all(connection)) {
            long rows = SqliteConnections.list(
                            connection,
                            "SELECT count(*) FROM " + SqliteConnections.main(column.table()) + " t WHERE "
                                    + julian("t." + QualifiedName.quote(column.column())) + " > julianday(?)",
                            row -> row.getLong(1),
                            check.latest().toString())
                    .getFirst();
            if (rows > 0) {
                late.add("main." + column.table() + "." + column.column() + ": " + CheckResults.rows(rows));
            }
        }
        return late.isEmpty()
                ? check.passed()
                : check.failed("later than the data's own instant " + check.at() + ": " + CheckResults.first(late)
                        + "; check the clock of the application");
    }

    /** A column that says by its name when its row was recorded. */
    private record TimeColumn(String table, String column) {
        private static final Pattern NAMES = Pattern.compile(DataCheck.RecordTimes.NAMES);

        static List<TimeColumn> all(Connection connection) throws SQLException {
            return SqliteConnections.list(
                            connection,
                            "SELECT m.name, i.name FROM main.sqlite_schema m, pragma_table_info(m.name, 'main') i"
                                    + " WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'"
                                    + " AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1, 2",
                            row -> new TimeColumn(row.getString(1), row.getString(2)))
                    .stream()
                    .filter(column -> NAMES.matcher(column.column().toLowerCase(Locale.ROOT))
                            .find())
                    .limit(DataCheck.RecordTimes.MOST)
                    .toList();
        }
    }

    /** Numbers are Julian days, or seconds or milliseconds since 1970, by their size; text is what SQLite reads as a time. */
    private static String julian(String column) {
        return """
                CASE typeof($) WHEN 'text' THEN julianday($) WHEN 'null' THEN NULL WHEN 'blob' THEN NULL
                ELSE CASE WHEN abs($) < 5373485 THEN $
                          WHEN abs($) < 100000000000 THEN $ / 86400.0 + 2440587.5
                          ELSE $ / 86400000.0 + 2440587.5 END END""".replace("$", column);
    }

    private CheckResult assertion(DataCheck.Assertion check) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(check.query())) {
            if (!statement.execute()) {
                return check.notRun("the query answers nothing; write a SELECT");
            }
            try (ResultSet rows = statement.getResultSet()) {
                List<@Nullable String> values = new ArrayList<>();
                while (values.size() < 2 && rows.next()) {
                    values.add(rows.getString(1));
                }
                return CheckResults.answer(check, rows.getMetaData().getColumnCount(), values);
            }
        }
    }

    public Map<QualifiedName, Long> rowCounts(Collection<QualifiedName> tables) throws SQLException {
        Map<QualifiedName, Long> counts = new HashMap<>();
        for (QualifiedName table : tables) {
            try {
                counts.put(table, count(table));
            } catch (SQLException e) {
                if (!timedOut(e) || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                return counts;
            }
        }
        return counts;
    }

    private long count(QualifiedName table) throws SQLException {
        boolean there = !SqliteConnections.list(
                        connection,
                        "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?",
                        row -> 1,
                        table.name())
                .isEmpty();
        return there
                ? SqliteConnections.list(connection, "SELECT count(*) FROM " + table.sql(), row -> row.getLong(1))
                        .getFirst()
                : 0;
    }
}
