package io.holdfast.engine.sqlite.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sqlite.Collation;
import org.sqlite.Function;

/**
 * Stand-ins for the collations and functions that only an application has. With them SQLite accepts the definition of a
 * table. They never order or compute anything that is stored: they are removed before the first row is written.
 */
public final class ApplicationStandIns implements AutoCloseable {
    private static final Pattern MISSING =
            Pattern.compile("no such (collation sequence|function): (.+?)\\)?$", Pattern.DOTALL);

    /** SQLITE_DETERMINISTIC and SQLITE_INNOCUOUS: a definition may use the function. */
    private static final int FLAGS = 0x800 | 0x200000;

    private final Connection connection;
    private final Set<String> collations = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> functions = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    public ApplicationStandIns(Connection connection) {
        this.connection = connection;
    }

    /** @return what SQLite misses, if it is a collation or a function */
    public static Optional<String> missing(SQLException e) {
        Matcher matcher = MISSING.matcher(SqliteErrorTranslator.said(e));
        return matcher.find() ? Optional.of(matcher.group(1) + " " + matcher.group(2)) : Optional.empty();
    }

    /** @return false if nothing was missing that has no stand-in yet */
    public boolean add(SQLException e) throws SQLException {
        Matcher matcher = MISSING.matcher(SqliteErrorTranslator.said(e));
        if (!matcher.find()) {
            return false;
        }
        String name = matcher.group(2);
        if (matcher.group(1).equals("function")) {
            Function.create(connection, name, new Constant(), -1, FLAGS);
            return functions.add(name);
        }
        Collation.create(connection, name, new Binary());
        return collations.add(name);
    }

    public boolean collation(String name) {
        return collations.contains(name);
    }

    public boolean functions() {
        return !functions.isEmpty();
    }

    @Override
    public void close() throws SQLException {
        for (String name : functions) {
            Function.destroy(connection, name);
        }
        for (String name : collations) {
            Collation.destroy(connection, name);
        }
    }

    private static final class Constant extends Function {
        @Override
        protected void xFunc() throws SQLException {
            result();
        }
    }

    private static final class Binary extends Collation {
        @Override
        protected int xCompare(String left, String right) {
            return left.compareTo(right);
        }
    }
}
